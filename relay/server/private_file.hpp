// Small files in the data folder that are the relay's alone (0600): replaced whole, never seen
// half-written. Errors are a line for a person.
#pragma once

#include "udp/descriptor.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tern::relay {

// Nothing where there is no such file. Refused where others may read it.
tl::expected<std::optional<std::string>, std::string> read_private_file(const std::filesystem::path& file);

enum class existing : unsigned char {
  replaced,
  kept,     // whoever was first has made it; that is no error
  refused,  // that is one
};
// On the disk when it returns. What root writes belongs to the owner of the folder.
tl::expected<void, std::string> write_private_file(const std::filesystem::path& file, std::string_view text,
                                                   existing what);

// Adds to the file, which is made where there is none, for the owner of the folder. A line that was cut off
// there, as on a full disk, is ended first and not glued to these. On the disk when it returns.
tl::expected<void, std::string> append_lines_to_private_file(const std::filesystem::path& file, std::string_view lines);

enum class if_locked : unsigned char { wait, fail };
// Held as long as it lives. A file of its own beside `file`.
tl::expected<udp::descriptor, std::string> lock_private_file(const std::filesystem::path& file, if_locked then);

}  // namespace tern::relay
