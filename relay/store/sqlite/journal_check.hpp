// Whether a write-ahead log was damaged where it had been whole. SQLite takes the first frame
// whose checksum is wrong for the end of it, because that is what a power cut leaves; commits
// that lie behind would be dropped without a word.
//
// With a sync for each commit there is at most one that a power cut can tear, the last. So
// whoever finds two or more behind the first wrong frame has found damage.
#pragma once

#include <cstdint>
#include <string>

namespace tern::relay::sqlite {

inline constexpr std::uint64_t torn_commits_max = 1;

// Commits from the first wrong frame on, in the write-ahead log of the database `path`. 0 where
// all is well or there is none. Throws a failure where it cannot be read. `vfs`: the name of a
// registered one, empty for the default.
std::uint64_t commits_behind_damage(const std::string& path, const std::string& vfs);

}  // namespace tern::relay::sqlite
