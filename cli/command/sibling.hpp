// The programs that `tern` starts in its place: tern-relay and so on. They are looked
// for beside tern itself and in its libexec folder, never in PATH, so that what runs
// is what was installed together.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tern::cli {

// Where `program` may be, for a tern in `own_folder`.
std::vector<std::filesystem::path> sibling_places(const std::filesystem::path& own_folder, const std::string& program);

// Becomes tern-NAME with `words` as arguments. Returns only by throwing failure.
[[noreturn]] void become_sibling(std::string_view name, std::span<const char* const> words);

}  // namespace tern::cli
