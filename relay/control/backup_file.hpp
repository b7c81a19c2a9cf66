// A backup appears under its name whole or not at all: it is written under another name
// beside it, synced, and then given its own, which nobody may have.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <tl/expected.hpp>

namespace tern::relay {

// Where it is written first. What an interrupted backup left there is replaced.
std::filesystem::path unfinished_name(const std::filesystem::path& path);

// Before anything is written: nothing has that name, its folder is there and has room for
// `bytes`, and some more so that the relay does not run out of it.
tl::expected<void, std::string> may_be_written(const std::filesystem::path& path, std::uint64_t bytes);

// Syncs the unfinished file and gives it its name. Its size. On an error it is removed.
tl::expected<std::uint64_t, std::string> finish_backup(const std::filesystem::path& path);

}  // namespace tern::relay
