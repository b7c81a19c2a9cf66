// The durable memory of a relay. One caller at a time, every call blocks; what runs
// it beside an event loop is group_committer (writer.hpp). Knows no rooms, rights or
// connections: it is told logs by number, and keeps order, idempotency and retention.
//
// Three promises that every implementation keeps, each shown by tests/relay/store:
// - When commit() returns `committed` or `duplicate`, the row survives whatever the
//   durability chosen says it survives.
// - One idempotency key (sender, outbox, counter) is one row, as long as the outbox is
//   used at least once in outbox_life.
// - The rows of one outbox in one log have ascending counters, whatever connections, early
//   data or relays their requests came by: what comes behind a later one is not stored.
#pragma once

#include "relay/store/copying.hpp"
#include "relay/store/types.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tern::relay {

// What a commit survives.
enum class durability : std::uint8_t {
  strict,   // kill, power cut
  relaxed,  // kill; a power cut loses the last moments
  memory,   // nothing
};

constexpr std::string_view to_string(durability level) {
  if (level == durability::memory) return "memory";
  return level == durability::strict ? "strict" : "relaxed";
}

// The storage cannot be trusted any more (a failed fsync, damage under a commit):
// nothing may be acknowledged, the process should end.
struct store_fault {
  std::string what;
};

struct damage {
  log_key log;            // an empty name: the storage as a whole
  log_position position;  // the first row that is wrong; 0: the log as a whole
  std::string what;
};

struct verify_report {
  std::uint64_t logs = 0;
  std::uint64_t rooms = 0;  // of the logs; the others are inboxes
  std::uint64_t rows = 0;
  std::vector<damage> damages;      // at most damages_max of them
  std::uint64_t damages_found = 0;  // all of them
  static constexpr std::size_t damages_max = 1'000;

  void add(damage found) {
    if (damages.size() < damages_max) damages.push_back(std::move(found));
    ++damages_found;
  }
};

class store {
 public:
  store() = default;
  store(const store&) = delete;
  store& operator=(const store&) = delete;
  virtual ~store() = default;

  // Everything a hub begins with. Starts counting failures anew (append_request::failures_seen).
  virtual tl::expected<store_snapshot, store_fault> snapshot() = 0;

  // One transaction. Results in the order of the requests. A full disk refuses the
  // whole batch, but for what earlier batches have committed (duplicates).
  virtual std::vector<append_result> commit(std::span<const append_request> requests) = 0;

  // Whether something can be committed now, found out by committing a change that changes
  // nothing. `committed`, `disk_full` or `storage_failed`.
  virtual append_status probe() = 0;

  virtual name_result claim_name(const name_request& request) = 0;

  // Makes the log if it is not there and may be made.
  virtual rules_result change_rules(const rules_request& request) = 0;

  // A log that is not there reads as empty.
  virtual read_result read(const read_request& request) = 0;

  // Walks every chain. Takes as long as reading everything.
  virtual verify_report verify() = 0;

  // Begins a copy of everything at `path`, where no file may be. The error is a sentence
  // for a person.
  virtual tl::expected<std::unique_ptr<copying>, std::string> copy_to(const std::string& path) = 0;

  // A bounded piece of what has to be done now and then and nobody waits for: rows
  // past their age, outboxes past their life, folding the journal in.
  virtual void maintain(proto::wall_time now) = 0;

  // Once set it stays, every commit gives storage_failed.
  virtual const std::optional<store_fault>& fault() const = 0;
};

}  // namespace tern::relay
