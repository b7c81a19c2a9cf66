#include "relay/store/sqlite/sqlite_store.hpp"

#include "relay/store/sqlite/journal_check.hpp"
#include "relay/store/sqlite/online_copy.hpp"
#include "relay/store/sqlite/schema.hpp"
#include "relay/store/sqlite/verification.hpp"

#include <utility>

namespace tern::relay {
namespace {

constexpr int pruned_rows_max = 256;  // in one maintain()
constexpr int forgotten_outboxes_max = 16;

void expect_setting(sqlite::database& data, const std::string& sql, const std::string& expected) {
  const std::string value = data.value_of(sql);
  if (value != expected) throw sqlite::failure{SQLITE_ERROR, 0, sql + " gave " + value};
}

// SQLite would go on from before the damage as if nothing had ever come behind it.
void expect_whole_journal(sqlite::database& data, const std::string& path, const sqlite_options& options) {
  if (options.level != durability::strict) return;  // without syncs a power cut leaves as much
  const std::uint64_t behind = sqlite::commits_behind_damage(path, options.vfs);
  if (behind <= sqlite::torn_commits_max) return;
  data.leave_journal();
  throw sqlite::failure{SQLITE_CORRUPT, 0,
                        "its write-ahead log is damaged, with " + std::to_string(behind) +
                            " commits behind the damage. Restore a backup; or, to go on with what is before the "
                            "damage, start once with --durability relaxed"};
}

sqlite::database prepare(const std::string& path, const sqlite_options& options) {
  sqlite::database data{path, options.vfs};
  // Before anything touches the file: then there is no shared memory, and no second connection.
  expect_setting(data, "PRAGMA locking_mode = EXCLUSIVE", "exclusive");
  data.execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
  expect_setting(data, "PRAGMA journal_mode = WAL", "wal");
  expect_whole_journal(data, path, options);
  data.execute(options.level == durability::strict ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  data.execute("PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384");
  if (options.pages_max > 0) data.execute("PRAGMA max_page_count = " + std::to_string(options.pages_max));
  sqlite::migrate(data);
  // What a killed relay wrote may be in the page cache only: on the disk before it is acknowledged again.
  data.checkpoint(true);
  return data;
}

append_result failed(request_tag tag) {
  append_result result;
  result.tag = tag;
  result.status = append_status::storage_failed;
  return result;
}

open_error explain(const std::string& path, const sqlite::failure& why) {
  if (why.is_busy()) return {open_problem::in_use, path + " is in use by another relay"};
  if (why.is_disk_full()) return {open_problem::disk_full, path + " cannot be written: the disk is full"};
  return {open_problem::unusable, path + " cannot be used: " + why.what()};
}

}  // namespace

tl::expected<std::unique_ptr<sqlite_store>, open_error> sqlite_store::open(const std::string& path,
                                                                           const sqlite_options& options) {
  try {
    return std::unique_ptr<sqlite_store>{new sqlite_store{prepare(path, options), options}};
  } catch (const sqlite::failure& why) {
    return tl::unexpected{explain(path, why)};
  }
}

sqlite_store::sqlite_store(sqlite::database&& data, const sqlite_options& options)
    : options_{options}, data_{std::move(data)}, tables_{data_}, names_{data_} {}

sqlite_store::~sqlite_store() {
  try {
    if (!fault_) data_.checkpoint(true);
  } catch (const sqlite::failure&) {
    // It stays in the write-ahead log, where the next start finds it.
  }
}

tl::expected<store_snapshot, store_fault> sqlite_store::snapshot() {
  try {
    gate_.restart();
    store_snapshot all;
    for (auto next = tables_.logs.after(log_number{0}); next; next = tables_.logs.after(next->state.number)) {
      all.logs.push_back(std::move(next->state));
    }
    all.names = names_.all();
    all.rules = tables_.rules.all();
    return all;
  } catch (const sqlite::failure& why) {
    return tl::unexpected{store_fault{why.what()}};
  }
}

std::vector<append_result> sqlite_store::commit(std::span<const append_request> requests) {
  std::vector<append_result> results;
  results.reserve(requests.size());
  for (const append_request& request : requests) results.push_back(failed(request.tag));
  if (!fault_) commit_all(requests, results);
  for (append_result& result : results) result.failures = gate_.failures();
  return results;
}

void sqlite_store::commit_all(std::span<const append_request> requests, std::vector<append_result>& results) {
  try {
    sqlite::transaction all{data_};
    sqlite::append_batch batch{tables_, options_.keep};
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (!gate_.admits(requests[i])) continue;
      const request_tag tag = results[i].tag;
      results[i] = batch.apply(requests[i]);
      results[i].tag = tag;
    }
    batch.flush();
    all.commit();
  } catch (const sqlite::failure& why) {
    tables_.old.clear();
    for (append_result& result : results) result = failed(result.tag);
    if (why.is_disk_full()) answer_when_full(requests, results);
    if (!why.is_disk_full()) on_fault(why);
  }
}

// Nothing could be stored, but what has been committed earlier can still be told.
void sqlite_store::answer_when_full(std::span<const append_request> requests, std::vector<append_result>& results) {
  bool has_refused = false;
  try {
    sqlite::append_batch batch{tables_, options_.keep};
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (!gate_.admits(requests[i])) continue;
      const request_tag tag = results[i].tag;
      const auto known = batch.decided(requests[i]);
      if (known) results[i] = *known;
      if (!known) results[i].status = append_status::disk_full;
      results[i].tag = tag;
      has_refused |= !known;
    }
  } catch (const sqlite::failure& why) {
    for (append_result& result : results) result = failed(result.tag);
    return on_fault(why);
  }
  if (has_refused) gate_.on_failure();
}

void sqlite_store::on_fault(const sqlite::failure& why) {
  gate_.on_failure();
  if (!fault_) fault_ = store_fault{why.what()};
}

append_status sqlite_store::probe() {
  if (fault_) return append_status::storage_failed;
  try {
    sqlite::transaction all{data_};
    // The version that it has already: a page is written, and says what it said before.
    data_.execute("PRAGMA user_version = " + std::to_string(sqlite::newest_schema()));
    all.commit();
    return append_status::committed;
  } catch (const sqlite::failure& why) {
    if (why.is_disk_full()) return append_status::disk_full;
    on_fault(why);
    return append_status::storage_failed;
  }
}

name_result sqlite_store::claim_name(const name_request& request) {
  if (fault_) return {request.tag, false};
  try {
    sqlite::transaction all{data_};
    names_.apply(request);
    all.commit();
    return {request.tag, true};
  } catch (const sqlite::failure& why) {
    if (!why.is_disk_full()) on_fault(why);
    return {request.tag, false};
  }
}

rules_result sqlite_store::change_rules(const rules_request& request) {
  if (fault_) return {request.tag, false};
  try {
    sqlite::transaction all{data_};
    if (!tables_.logs.find(request.log)) {
      if (!request.create || request.log > sqlite::log_number_max) return {request.tag, false};
      tables_.logs.put(sqlite::fresh_log(request.log, *request.create));
      if (request.create->owner) tables_.rules.put(request.log, {*request.create->owner, {.role = room_role::owner}});
    }
    tables_.rules.put(request.log, request.kind, request.topic, request.live);
    for (const right_record& each : request.changed) tables_.rules.put(request.log, each);
    all.commit();
    return {request.tag, true};
  } catch (const sqlite::failure& why) {
    if (!why.is_disk_full()) on_fault(why);
    return {request.tag, false};
  }
}

read_result sqlite_store::read(const read_request& request) {
  read_result result{.tag = request.tag, .failed = false, .rows = {}, .first = log_position{1}};
  try {
    const auto from = tables_.logs.find(request.log);
    if (!from) return result;
    result.first = from->state.first;
    result.rows = tables_.rows.read(request);
  } catch (const sqlite::failure&) {
    // Damage under a read harms this reader alone; verify() says what it is.
    result.failed = true;
    result.rows.clear();
  }
  return result;
}

verify_report sqlite_store::verify() { return sqlite::verify(data_, tables_.logs, tables_.rows); }

tl::expected<std::unique_ptr<copying>, std::string> sqlite_store::copy_to(const std::string& path) {
  if (fault_) return tl::unexpected{"the storage cannot be trusted any more: " + fault_->what};
  try {
    return std::make_unique<sqlite::online_copy>(data_, path);
  } catch (const sqlite::failure& why) {
    return tl::unexpected{path + " cannot be written: " + why.what()};
  }
}

void sqlite_store::maintain(proto::wall_time now) {
  if (fault_) return;
  try {
    prune_next_log(now);
    forget_outboxes(now);
    if (data_.journal_pages() >= options_.checkpoint_pages) data_.checkpoint(false);
  } catch (const sqlite::failure& why) {
    tables_.old.clear();
    // Without space it waits; nobody was told that it was done, so nothing can be overtaken.
    if (!why.is_disk_full()) on_fault(why);
  }
}

// One log a call, in turn.
void sqlite_store::prune_next_log(proto::wall_time now) {
  auto log = tables_.logs.after(last_pruned_);
  last_pruned_ = log ? log->state.number : log_number{0};
  if (!log) return;
  const auto oldest = [&] { return tables_.rows.outline_of(log->state.number, log->state.first); };
  auto next = oldest();
  if (!next || !options_.keep.is_expired(next->commit_time, now)) return;
  sqlite::transaction all{data_};
  for (int rows = 0; rows < pruned_rows_max && next && options_.keep.is_expired(next->commit_time, now); ++rows) {
    drop_oldest(tables_, *log, *next);
    next = oldest();
  }
  tables_.logs.put(*log);
  all.commit();
}

void sqlite_store::forget_outboxes(proto::wall_time now) {
  auto unused = tables_.outboxes.longest_unused();
  if (!unused || !is_expired_outbox(unused->last_use, now)) return;
  sqlite::transaction all{data_};
  for (int i = 0; i < forgotten_outboxes_max && unused && is_expired_outbox(unused->last_use, now); ++i) {
    tables_.outboxes.erase(unused->number);
    unused = tables_.outboxes.longest_unused();
  }
  all.commit();
}

}  // namespace tern::relay
