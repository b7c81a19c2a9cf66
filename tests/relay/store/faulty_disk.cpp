#include "tests/relay/store/faulty_disk.hpp"

#include <stdexcept>

namespace tern::relay {
namespace {

// What SQLite sees as a file; the real one lies behind it in the same allocation.
struct faulty_file {
  sqlite3_file base;
  faulty_disk* disk;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

faulty_file* from(sqlite3_file* file) { return reinterpret_cast<faulty_file*>(file); }

sqlite3_file* real(sqlite3_file* file) { return from(file)->real(); }

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  faulty_disk& disk = *from(file)->disk;
  ++disk.writes;
  if (disk.is_full) return SQLITE_FULL;
  if (disk.write_fails) return SQLITE_IOERR_WRITE;
  return real(file)->pMethods->xWrite(real(file), data, size, offset);
}

int sync(sqlite3_file* file, int flags) {
  faulty_disk& disk = *from(file)->disk;
  ++disk.syncs;
  return disk.sync_fails ? SQLITE_IOERR_FSYNC : real(file)->pMethods->xSync(real(file), flags);
}

const sqlite3_io_methods methods{
    .iVersion = 1,  // no shared memory
    .xClose = [](sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); },
    .xRead = [](sqlite3_file* file, void* into, int size,
                sqlite3_int64 offset) { return real(file)->pMethods->xRead(real(file), into, size, offset); },
    .xWrite = write,
    .xTruncate = [](sqlite3_file* file,
                    sqlite3_int64 size) { return real(file)->pMethods->xTruncate(real(file), size); },
    .xSync = sync,
    .xFileSize = [](sqlite3_file* file,
                    sqlite3_int64* size) { return real(file)->pMethods->xFileSize(real(file), size); },
    .xLock = [](sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); },
    .xUnlock = [](sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); },
    .xCheckReservedLock = [](sqlite3_file* file,
                             int* result) { return real(file)->pMethods->xCheckReservedLock(real(file), result); },
    .xFileControl = [](sqlite3_file* file, int what,
                       void* argument) { return real(file)->pMethods->xFileControl(real(file), what, argument); },
    .xSectorSize = [](sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); },
    .xDeviceCharacteristics =
        [](sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); },
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  faulty_file* const opened = from(file);
  opened->base.pMethods = nullptr;
  opened->disk = static_cast<faulty_disk*>(vfs->pAppData);
  sqlite3_vfs* const standard = sqlite3_vfs_find("unix");
  const int code = standard->xOpen(standard, name, opened->real(), flags, flags_out);
  if (opened->real()->pMethods != nullptr) opened->base.pMethods = &methods;
  return code;
}

}  // namespace

faulty_disk::faulty_disk() : vfs_{*sqlite3_vfs_find("unix")} {
  static int made = 0;
  name_ = "faulty-" + std::to_string(++made);
  vfs_.zName = name_.c_str();
  vfs_.szOsFile += static_cast<int>(sizeof(faulty_file));
  vfs_.xOpen = open;
  vfs_.pAppData = this;
  vfs_.pNext = nullptr;
  if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) throw std::runtime_error{"no VFS"};
}

faulty_disk::~faulty_disk() { sqlite3_vfs_unregister(&vfs_); }

}  // namespace tern::relay
