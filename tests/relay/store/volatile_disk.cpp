#include "tests/relay/store/volatile_disk.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace tern::relay {
namespace {

constexpr std::size_t sector = 512;

struct open_file {
  sqlite3_file base;
  volatile_disk* disk;
  volatile_disk::file* file;
};

volatile_disk& disk_of(sqlite3_file* opened) { return *reinterpret_cast<open_file*>(opened)->disk; }

volatile_disk::file& file_of(sqlite3_file* opened) { return *reinterpret_cast<open_file*>(opened)->file; }

void change_file(sqlite3_file* opened, volatile_disk::change what) {
  volatile_disk::file& file = file_of(opened);
  file.apply(what, file.content);
  file.unsynced.push_back(std::move(what));
}

// What a call that is to fail gives back where it has no halves.
int outcome_of(volatile_disk::failure how, int error) {
  return how == volatile_disk::failure::lost ? SQLITE_OK : error;
}

int read(sqlite3_file* opened, void* into, int size, sqlite3_int64 offset) {
  const auto failing = disk_of(opened).begin_call();
  if (failing == volatile_disk::failure::error) return SQLITE_IOERR_READ;
  const auto& content = file_of(opened).content;
  const auto begin = std::min(static_cast<std::size_t>(offset), content.size());
  const auto asked = static_cast<std::size_t>(failing ? size / 2 : size);
  const auto count = std::min(asked, content.size() - begin);
  std::memset(into, 0, static_cast<std::size_t>(size));
  if (count > 0) std::memcpy(into, content.data() + begin, count);
  return count == static_cast<std::size_t>(size) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* opened, const void* data, int size, sqlite3_int64 offset) {
  const auto failing = disk_of(opened).begin_call();
  if (!disk_of(opened).begin_operation()) return SQLITE_IOERR_WRITE;
  if (failing == volatile_disk::failure::half) size /= 2;
  const auto* begin = static_cast<const std::uint8_t*>(data);
  if (failing && failing != volatile_disk::failure::half) return outcome_of(*failing, SQLITE_IOERR_WRITE);
  change_file(opened, {false, static_cast<std::size_t>(offset), {begin, begin + size}});
  return failing ? SQLITE_IOERR_WRITE : SQLITE_OK;
}

int truncate(sqlite3_file* opened, sqlite3_int64 size) {
  const auto failing = disk_of(opened).begin_call();
  if (!disk_of(opened).begin_operation()) return SQLITE_IOERR_TRUNCATE;
  if (failing) return outcome_of(*failing, SQLITE_IOERR_TRUNCATE);
  change_file(opened, {true, static_cast<std::size_t>(size), {}});
  return SQLITE_OK;
}

int sync(sqlite3_file* opened, int) {
  const auto failing = disk_of(opened).begin_call();
  if (!disk_of(opened).begin_operation()) return SQLITE_IOERR_FSYNC;
  if (failing) return outcome_of(*failing, SQLITE_IOERR_FSYNC);
  volatile_disk::file& file = file_of(opened);
  file.durable = file.content;
  file.unsynced.clear();
  return SQLITE_OK;
}

int size_of(sqlite3_file* opened, sqlite3_int64* size) {
  // A size that is not told is an error, whatever was asked for.
  if (disk_of(opened).begin_call()) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>(file_of(opened).content.size());
  return SQLITE_OK;
}

const sqlite3_io_methods methods{
    .iVersion = 1,
    .xClose = [](sqlite3_file*) { return SQLITE_OK; },
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = size_of,
    .xLock = [](sqlite3_file*, int) { return SQLITE_OK; },
    .xUnlock = [](sqlite3_file*, int) { return SQLITE_OK; },
    .xCheckReservedLock =
        [](sqlite3_file*, int* result) {
          *result = 0;
          return SQLITE_OK;
        },
    .xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; },
    .xSectorSize = [](sqlite3_file*) { return static_cast<int>(sector); },
    .xDeviceCharacteristics = [](sqlite3_file*) { return 0; },  // promises nothing
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

volatile_disk& disk_of(sqlite3_vfs* vfs) { return *static_cast<volatile_disk*>(vfs->pAppData); }

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  auto* const opened = reinterpret_cast<open_file*>(file);
  volatile_disk& disk = disk_of(vfs);
  opened->base.pMethods = nullptr;
  const bool fails = disk.begin_call().has_value();
  if (!disk.has_power() || fails) return SQLITE_CANTOPEN;
  opened->disk = &disk;
  opened->file = &disk.files()[name == nullptr ? "temporary" : name];
  opened->base.pMethods = &methods;
  if (flags_out != nullptr) *flags_out = flags;
  return SQLITE_OK;
}

// An entry that is gone from its folder is taken to be gone for good.
int erase(sqlite3_vfs* vfs, const char* name, int) {
  const auto failing = disk_of(vfs).begin_call();
  if (!disk_of(vfs).begin_operation()) return SQLITE_IOERR_DELETE;
  if (failing) return outcome_of(*failing, SQLITE_IOERR_DELETE);
  disk_of(vfs).files().erase(name);
  return SQLITE_OK;
}

int exists(sqlite3_vfs* vfs, const char* name, int, int* result) {
  *result = disk_of(vfs).files().contains(name) ? 1 : 0;
  return SQLITE_OK;
}

}  // namespace

void volatile_disk::file::apply(const change& what, std::vector<std::uint8_t>& to) const {
  if (what.is_truncation) {
    to.resize(what.offset);
    return;
  }
  to.resize(std::max(to.size(), what.offset + what.data.size()));
  std::copy(what.data.begin(), what.data.end(), to.begin() + static_cast<std::ptrdiff_t>(what.offset));
}

volatile_disk::volatile_disk() : vfs_{*sqlite3_vfs_find("unix")} {
  static int made = 0;
  name_ = "volatile-" + std::to_string(++made);
  vfs_.zName = name_.c_str();
  vfs_.szOsFile = static_cast<int>(sizeof(open_file));
  vfs_.pAppData = this;
  vfs_.pNext = nullptr;
  vfs_.xOpen = open;
  vfs_.xDelete = erase;
  vfs_.xAccess = exists;
  if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) throw std::runtime_error{"no VFS"};
}

volatile_disk::~volatile_disk() { sqlite3_vfs_unregister(&vfs_); }

void volatile_disk::power_on(double kept, proto::random& source) {
  for (auto& [path, one] : files_) {
    std::vector<std::uint8_t> survived = one.durable;
    for (const change& what : one.unsynced) {
      if (what.is_truncation) {
        if (source.chance(kept)) one.apply(what, survived);
        continue;
      }
      for (std::size_t begin = 0; begin < what.data.size(); begin += sector) {
        const auto first = what.data.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto count = static_cast<std::ptrdiff_t>(std::min(sector, what.data.size() - begin));
        if (source.chance(kept)) one.apply({false, what.offset + begin, {first, first + count}}, survived);
      }
    }
    one.content = one.durable = std::move(survived);
    one.unsynced.clear();
  }
  cut_before_ = UINT64_MAX;
}

}  // namespace tern::relay
