// A disk for SQLite that exists in memory and can lose power: what was written since
// the last sync of a file then survives in part, sector by sector, in no order.
#pragma once

#include "proto/random.hpp"

#include <cstdint>
#include <map>
#include <sqlite3.h>
#include <string>
#include <vector>

namespace tern::relay {

class volatile_disk {
 public:
  volatile_disk();
  volatile_disk(const volatile_disk&) = delete;
  volatile_disk& operator=(const volatile_disk&) = delete;
  ~volatile_disk();

  const std::string& name() const { return name_; }  // for sqlite_options::vfs

  // Operations that change something: writes, truncations, syncs, deletions.
  std::uint64_t operations() const { return operations_; }
  // The power fails just before the operation of this number; all fail from then on.
  void cut_before(std::uint64_t operation) { cut_before_ = operation; }
  // Power is back. Each sector not synced is kept with the probability given. Every
  // file must have been closed.
  void power_on(double kept, proto::random& source);

  struct change {
    bool is_truncation = false;
    std::size_t offset = 0;  // of a truncation: the new size
    std::vector<std::uint8_t> data;
  };
  struct file {
    std::vector<std::uint8_t> content;  // as the running system sees it
    std::vector<std::uint8_t> durable;
    std::vector<change> unsynced;
    void apply(const change& what, std::vector<std::uint8_t>& to) const;
  };
  // For the VFS alone. False: no power.
  bool begin_operation() { return operations_++ < cut_before_; }
  bool has_power() const { return operations_ <= cut_before_; }
  std::map<std::string, file>& files() { return files_; }

 private:
  std::string name_;
  sqlite3_vfs vfs_;
  std::map<std::string, file> files_;
  std::uint64_t operations_ = 0;
  std::uint64_t cut_before_ = UINT64_MAX;
};

}  // namespace tern::relay
