// A disk for SQLite that exists in memory and can lose power: what was written since
// the last sync of a file then survives in part, sector by sector, in no order. Or it does
// once what it should not, and goes on.
#pragma once

#include "proto/random.hpp"

#include <cstdint>
#include <map>
#include <optional>
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
  // Only the process had died: all that it wrote is still there. Every file must have been closed.
  void start_process() { cut_before_ = UINT64_MAX; }
  // Power is back. Each sector not synced is kept with the probability given. Every
  // file must have been closed.
  void power_on(double kept, proto::random& source);

  // Calls of any kind, reads included, which fail() counts by.
  std::uint64_t calls() const { return calls_; }
  enum class failure : std::uint8_t {
    error,  // EIO
    half,   // a read is short, a write is torn; of what has no halves, nothing is done
    lost,   // nothing is done, and success is told
  };
  // The call of this number fails, that one alone.
  void fail(std::uint64_t call, failure how) {
    failing_call_ = call;
    failure_ = how;
  }

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
  std::optional<failure> begin_call() { return calls_++ == failing_call_ ? std::optional{failure_} : std::nullopt; }

 private:
  std::string name_;
  sqlite3_vfs vfs_;
  std::map<std::string, file> files_;
  std::uint64_t operations_ = 0;
  std::uint64_t cut_before_ = UINT64_MAX;
  std::uint64_t calls_ = 0;
  std::uint64_t failing_call_ = UINT64_MAX;
  failure failure_ = failure::error;
};

}  // namespace tern::relay
