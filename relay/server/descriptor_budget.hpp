// How many streams the process can afford: each costs a descriptor, and what is left must do
// for the log and its files.
#pragma once

#include <cstddef>

namespace tern::relay {

// Asks the system for as many descriptors as it would give, once, and returns how many of
// those that are not open now streams may use. To be called when all else is open.
std::size_t claim_descriptors_for_streams();

}  // namespace tern::relay
