// A SQLite VFS around the default one whose disk can be full or broken, and that
// counts. Without shared memory, so it also holds the store to its one connection.
#pragma once

#include <cstdint>
#include <sqlite3.h>
#include <string>

namespace tern::relay {

class faulty_disk {
 public:
  faulty_disk();
  faulty_disk(const faulty_disk&) = delete;
  faulty_disk& operator=(const faulty_disk&) = delete;
  ~faulty_disk();

  // For sqlite_options::vfs.
  const std::string& name() const { return name_; }

  bool is_full = false;      // every write fails for lack of space
  bool sync_fails = false;   // every fsync fails
  bool write_fails = false;  // every write fails with an I/O error
  std::uint64_t writes = 0;
  std::uint64_t syncs = 0;

 private:
  std::string name_;
  sqlite3_vfs vfs_;
};

}  // namespace tern::relay
