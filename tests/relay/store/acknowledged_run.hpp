// A run of a store on a volatile disk that writes down what was acknowledged, and the look
// at what is on the disk afterwards: each of it has to be there, once, in its place.
#pragma once

#include "relay/store/sqlite/sqlite_store.hpp"
#include "tests/relay/store/store_case.hpp"
#include "tests/relay/store/volatile_disk.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace tern::relay {

using acknowledgements = std::map<std::uint64_t, append_result>;  // by counter

inline constexpr std::uint64_t messages_of_a_run = 24;

sqlite_options options_on(const volatile_disk& disk, durability level = durability::strict);
// The message of that counter.
append_request numbered(std::uint64_t counter);

// Groups of one to three until the end, or until the disk fails. Duplicates count as
// acknowledged too: they are promised as much.
acknowledgements run_on(const volatile_disk& disk, durability level = durability::strict);

// Why what is on the disk cannot be; empty if it can.
std::string complaint(const volatile_disk& disk, const acknowledgements& heard, durability level = durability::strict);

}  // namespace tern::relay
