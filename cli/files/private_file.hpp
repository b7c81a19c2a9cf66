// Small files that several processes of one user share: created once, replaced whole,
// never seen half-written, readable by their owner only. Everything throws failure
// (configuration) with the path when the system refuses.
#pragma once

#include "udp/descriptor.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tern::cli {

// Makes the folder and its parents, 0700 where it is new.
void make_private_folder(const std::filesystem::path& folder);

// Nothing where there is no such file. More than 1 MiB is refused.
std::optional<std::string> read_private_file(const std::filesystem::path& file);

// False, and nothing changed, where the file exists: of many processes exactly one creates it.
bool create_private_file(const std::filesystem::path& file, std::string_view content);

// Whoever reads sees the old or the new content. Hold a file_lock from reading to replacing.
void replace_private_file(const std::filesystem::path& file, std::string_view content);

// Held as long as it lives; others wait. The lock is a file of its own beside `file`, since replacing a file
// would leave its lock behind.
class file_lock {
 public:
  explicit file_lock(const std::filesystem::path& file);

 private:
  udp::descriptor descriptor_;
};

}  // namespace tern::cli
