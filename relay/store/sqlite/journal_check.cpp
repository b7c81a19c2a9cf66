#include "relay/store/sqlite/journal_check.hpp"

#include "proto/bytes.hpp"
#include "relay/store/sqlite/failure.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <sqlite3.h>
#include <vector>

namespace tern::relay::sqlite {
namespace {

// https://www.sqlite.org/fileformat2.html#the_write_ahead_log
constexpr std::size_t header_size = 32;
constexpr std::size_t frame_header_size = 24;
constexpr std::uint32_t magic = 0x377f0682;  // its last bit: checksums over big-endian words

using octets = std::span<const std::uint8_t>;

std::uint32_t big_endian(octets from, std::size_t at) {
  return std::uint32_t{from[at]} << 24U | std::uint32_t{from[at + 1]} << 16U | std::uint32_t{from[at + 2]} << 8U |
         from[at + 3];
}
std::uint32_t little_endian(octets from, std::size_t at) {
  return std::uint32_t{from[at + 3]} << 24U | std::uint32_t{from[at + 2]} << 16U | std::uint32_t{from[at + 1]} << 8U |
         from[at];
}

struct checksum {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  bool operator==(const checksum&) const = default;

  void add(octets content, bool is_big_endian) {
    const auto word = is_big_endian ? big_endian : little_endian;
    for (std::size_t at = 0; at + 8 <= content.size(); at += 8) {
      first += word(content, at) + second;
      second += word(content, at + 4) + first;
    }
  }
  static checksum read(octets from, std::size_t at) { return {big_endian(from, at), big_endian(from, at + 4)}; }
};

// A file of a VFS, opened to be read.
class vfs_file {
 public:
  vfs_file(sqlite3_vfs& vfs, const std::string& path)
      : memory_(static_cast<std::size_t>(vfs.szOsFile) / sizeof(std::max_align_t) + 1) {
    // The name of a write-ahead log ends with two zeros, as SQLite's own do.
    name_ = path + std::string(2, '\0');
    const int code = vfs.xOpen(&vfs, name_.c_str(), file(), SQLITE_OPEN_READONLY | SQLITE_OPEN_WAL, nullptr);
    if (code != SQLITE_OK) throw failure{code, 0, path + " cannot be opened"};
  }
  vfs_file(const vfs_file&) = delete;
  vfs_file& operator=(const vfs_file&) = delete;
  ~vfs_file() { file()->pMethods->xClose(file()); }

  std::size_t size() {
    sqlite3_int64 size = 0;
    check(file()->pMethods->xFileSize(file(), &size));
    return static_cast<std::size_t>(size);
  }
  void read(std::span<std::uint8_t> into, std::size_t offset) {
    check(file()->pMethods->xRead(file(), into.data(), static_cast<int>(into.size()),
                                  static_cast<sqlite3_int64>(offset)));
  }

 private:
  static void check(int code) {
    if (code != SQLITE_OK) throw failure{code, 0, "the journal cannot be read"};
  }
  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory_.data()); }

  std::vector<std::max_align_t> memory_;
  std::string name_;
};

class journal_walk {
 public:
  explicit journal_walk(octets header)
      : is_big_endian_{(big_endian(header, 0) & 1U) != 0}, page_size_{big_endian(header, 8)} {
    std::copy_n(header.begin() + 16, salt_.size(), salt_.begin());
    sum_.add(header.first(24), is_big_endian_);
    is_whole_ = (big_endian(header, 0) & ~1U) == magic && sum_ == checksum::read(header, 24);
  }

  // Of a frame with its header; 0 where the header of the file cannot be one.
  std::size_t frame_size() const {
    const bool is_power_of_two = page_size_ >= 512 && page_size_ <= 65536 && (page_size_ & (page_size_ - 1)) == 0;
    return is_power_of_two ? frame_header_size + page_size_ : 0;
  }
  void on_frame(octets frame) {
    const bool is_of_this_log = std::equal(salt_.begin(), salt_.end(), frame.begin() + 8);
    if (is_whole_) is_whole_ = is_of_this_log && follows(frame);
    const bool is_commit = big_endian(frame, 4) != 0;
    // Where sectors may be torn, SQLite fills the last one of a commit by writing its last frame again.
    const bool is_filling = is_commit && committed_page_ == big_endian(frame, 0);
    committed_page_ = is_commit ? big_endian(frame, 0) : 0;
    if (!is_whole_ && is_of_this_log && is_commit && !is_filling) ++behind_;
  }
  std::uint64_t behind() const { return behind_; }

 private:
  bool follows(octets frame) {
    sum_.add(frame.first(8), is_big_endian_);
    sum_.add(frame.subspan(frame_header_size), is_big_endian_);
    return sum_ == checksum::read(frame, 16);
  }

  bool is_big_endian_;
  std::uint32_t page_size_;
  std::array<std::uint8_t, 8> salt_{};
  checksum sum_;
  bool is_whole_ = false;
  std::uint32_t committed_page_ = 0;  // of the frame before, if that was a commit
  std::uint64_t behind_ = 0;
};

std::uint64_t walk(vfs_file& journal) {
  const std::size_t size = journal.size();
  if (size < header_size) return 0;
  std::array<std::uint8_t, header_size> header{};
  journal.read(header, 0);
  journal_walk frames{header};
  if (frames.frame_size() == 0) return 0;
  std::vector<std::uint8_t> frame(frames.frame_size());
  for (std::size_t at = header_size; at + frame.size() <= size; at += frame.size()) {
    journal.read(frame, at);
    frames.on_frame(frame);
  }
  return frames.behind();
}

}  // namespace

std::uint64_t commits_behind_damage(const std::string& path, const std::string& vfs) {
  sqlite3_vfs* const used = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
  if (used == nullptr) throw failure{SQLITE_ERROR, 0, "there is no VFS " + vfs};
  std::vector<char> whole(static_cast<std::size_t>(used->mxPathname) + 1);
  if (const int code = used->xFullPathname(used, path.c_str(), used->mxPathname, whole.data());
      code != SQLITE_OK && code != SQLITE_OK_SYMLINK) {
    throw failure{code, 0, path + " cannot be found"};
  }
  const std::string journal_path = std::string{whole.data()} + "-wal";
  int exists = 0;
  used->xAccess(used, journal_path.c_str(), SQLITE_ACCESS_EXISTS, &exists);
  if (exists == 0) return 0;
  vfs_file journal{*used, journal_path};
  return walk(journal);
}

}  // namespace tern::relay::sqlite
