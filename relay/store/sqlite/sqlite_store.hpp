// The durable store: one SQLite file and its write-ahead log, one connection, held
// exclusively (relay.md, section 3). Checkpoints are its own, not SQLite's, since an
// automatic one would hide a failed fsync.
#pragma once

#include "relay/store/failure_gate.hpp"
#include "relay/store/retention.hpp"
#include "relay/store/sqlite/append_batch.hpp"
#include "relay/store/sqlite/failure.hpp"
#include "relay/store/sqlite/name_table.hpp"
#include "relay/store/store.hpp"

#include <memory>
#include <string>

namespace tern::relay {

struct sqlite_options {
  durability level = durability::strict;  // strict or relaxed
  retention keep;
  // Pages (4 KiB) that the file may have; 0: what SQLite allows. Above it the disk counts as full.
  std::uint64_t pages_max = 0;
  int checkpoint_pages = 1'000;  // of the write-ahead log, before maintain() folds it in
  std::string vfs;               // a registered SQLite VFS; empty: the default
};

enum class open_problem : std::uint8_t { in_use, disk_full, unusable };

struct open_error {
  open_problem problem = open_problem::unusable;
  std::string what;  // a sentence for a person, with the path
};

class sqlite_store final : public store {
 public:
  // Makes the file if it is not there (its folder must be), recovers what a killed
  // relay left, brings it to the newest schema and makes sure that all of it is on the disk.
  static tl::expected<std::unique_ptr<sqlite_store>, open_error> open(const std::string& path,
                                                                      const sqlite_options& options);
  // Folds the write-ahead log in, if that still works.
  ~sqlite_store() override;

  tl::expected<store_snapshot, store_fault> snapshot() override;
  std::vector<append_result> commit(std::span<const append_request> requests) override;
  append_status probe() override;
  name_result claim_name(const name_request& request) override;
  rules_result change_rules(const rules_request& request) override;
  read_result read(const read_request& request) override;
  verify_report verify() override;
  tl::expected<std::unique_ptr<copying>, std::string> copy_to(const std::string& path) override;
  void maintain(proto::wall_time now) override;
  const std::optional<store_fault>& fault() const override { return fault_; }

 private:
  sqlite_store(sqlite::database&& data, const sqlite_options& options);

  void commit_all(std::span<const append_request> requests, std::vector<append_result>& results);
  void answer_when_full(std::span<const append_request> requests, std::vector<append_result>& results);
  void on_fault(const sqlite::failure& why);
  void prune_next_log(proto::wall_time now);
  void forget_outboxes(proto::wall_time now);

  sqlite_options options_;
  sqlite::database data_;
  sqlite::tables tables_;
  sqlite::name_table names_;
  failure_gate gate_;
  log_number last_pruned_;
  std::optional<store_fault> fault_;
};

}  // namespace tern::relay
