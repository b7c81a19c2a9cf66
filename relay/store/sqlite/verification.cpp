#include "relay/store/sqlite/verification.hpp"

#include "relay/store/chain_walk.hpp"
#include "relay/store/sqlite/failure.hpp"
#include "relay/store/sqlite/journal_check.hpp"
#include "relay/store/sqlite/schema.hpp"

namespace tern::relay::sqlite {
namespace {

constexpr int steps_between_looks = 100'000;  // of SQLite's machine: some milliseconds

void verify_chains(log_table& logs, row_table& rows, verify_report& report) {
  for (auto log = logs.after(log_number{0}); log; log = logs.after(log->state.number)) {
    chain_walk walk{log->state, log->base_chain, report};
    try {
      rows.each(log->state.number, [&](const row& next, const chain_hash& chain) { walk.on_row(next, chain); });
      walk.finish();
    } catch (const failure& why) {
      report.add({log->state.key, walk.expected(), why.what()});
    }
  }
}

// Whether what is counted of pairs is what the rows say.
void verify_pairs(database& data, verify_report& report) {
  // A file of an older relay does not count them.
  if (data.number_of("SELECT count(*) FROM sqlite_schema WHERE name = 'pairs'") == 0) return;
  const std::int64_t wrong = data.number_of(R"sql(
WITH stored AS (
  SELECT logs.number AS log, rows.sender, count(*), sum(length(rows.body))
  FROM logs CROSS JOIN rows ON rows.id BETWEEN logs.number << 36 AND (logs.number + 1 << 36) - 1
  WHERE logs.kind = 1 AND rows.kind < 2 GROUP BY logs.number, rows.sender),
counted AS (SELECT log, sender, rows, bytes FROM pairs),
listed AS (
  SELECT pairs.log, pairs.sender, count(*), sum(pair_rows.bytes)
  FROM pairs CROSS JOIN pair_rows ON pair_rows.pair = pairs.number GROUP BY pairs.number)
SELECT (SELECT count(*) FROM (SELECT * FROM stored EXCEPT SELECT * FROM counted))
     + (SELECT count(*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM stored))
     + (SELECT count(*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM listed))
     + (SELECT count(*) FROM pair_rows WHERE pair NOT IN (SELECT number FROM pairs))
)sql");
  if (wrong > 0) report.add({{}, {}, "what senders have in inboxes is counted wrong"});
}

void cancel_with(database& data, const std::atomic<bool>& is_cancelled) {
  const auto look = [](void* flag) { return static_cast<const std::atomic<bool>*>(flag)->load() ? 1 : 0; };
  sqlite3_progress_handler(data.handle(), steps_between_looks, look, const_cast<std::atomic<bool>*>(&is_cancelled));
}

}  // namespace

verify_report verify(database& data, log_table& logs, row_table& rows) {
  verify_report report;
  try {
    const std::string verdict = data.value_of("PRAGMA integrity_check(1)");
    if (verdict != "ok") report.add({{}, {}, verdict});
    verify_chains(logs, rows, report);
    const std::uint64_t stored = rows.count();
    if (report.damages_found == 0) verify_pairs(data, report);
    if (stored != report.rows) report.add({{}, {}, std::to_string(stored - report.rows) + " rows belong to no log"});
  } catch (const failure& why) {
    report.add({{}, {}, why.what()});
  }
  return report;
}

tl::expected<verify_report, std::string> verify_file(const std::string& path, const std::atomic<bool>& is_cancelled) {
  try {
    database data = database::open_read_only(path);
    cancel_with(data, is_cancelled);
    expect_ours(data);
    log_table logs{data};
    row_table rows{data};
    verify_report report = verify(data, logs, rows);
    if (const auto behind = commits_behind_damage(path, ""); behind > torn_commits_max) {
      report.add({{}, {}, "the write-ahead log is damaged, with " + std::to_string(behind) + " commits behind that"});
    }
    if (is_cancelled) return tl::unexpected{path + " was not checked to its end"};
    return report;
  } catch (const failure& why) {
    return tl::unexpected{path + " cannot be checked: " + why.what()};
  }
}

}  // namespace tern::relay::sqlite
