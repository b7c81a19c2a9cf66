#include "tests/relay/store/acknowledged_run.hpp"

#include <set>
#include <vector>

namespace tern::relay {

append_request numbered(std::uint64_t counter) {
  append_request request = say(counter, "message " + std::to_string(counter));
  if (counter % 5 == 4) request.body.resize(6'000, 'x');  // more than a page
  request.floor = counter < 6 ? 0 : counter - 6;
  // A day and a bit each, so that retention has something to do.
  request.commit_time = noon + std::chrono::hours{25} * static_cast<int>(counter);
  return request;
}

sqlite_options options_on(const volatile_disk& disk, durability level) {
  sqlite_options options;
  options.vfs = disk.name();
  options.level = level;
  options.checkpoint_pages = 12;
  options.keep.rows_max = 15;
  return options;
}

acknowledgements run_on(const volatile_disk& disk, durability level) {
  acknowledgements heard;
  const auto opened = sqlite_store::open("log.db", options_on(disk, level));
  for (std::uint64_t counter = 0; opened && counter < messages_of_a_run;) {
    std::vector<append_request> batch;
    for (std::uint64_t i = counter % 3; i < 3 && counter < messages_of_a_run; ++i) batch.push_back(numbered(counter++));
    const auto results = (*opened)->commit(batch);
    for (std::size_t i = 0; i < results.size(); ++i) {
      const bool is_told =
          results[i].status == append_status::committed || results[i].status == append_status::duplicate;
      if (is_told) heard[batch[i].counter] = results[i];
    }
    (*opened)->maintain(batch.back().commit_time);
  }
  return heard;
}

std::string complaint(const volatile_disk& disk, const acknowledgements& heard, durability level) {
  const auto opened = sqlite_store::open("log.db", options_on(disk, level));
  if (!opened) return opened.error().what;
  store& log = **opened;
  if (const auto report = log.verify(); report.damages_found > 0) return report.damages[0].what;
  const auto read = read_all(log);
  std::set<proto::bytes> bodies;
  for (std::size_t i = 0; i < read.rows.size(); ++i) {
    if (read.rows[i].position != read.first.plus(i)) return "a hole in the log";
    if (!bodies.insert(read.rows[i].body).second) return "a message twice";
  }
  for (const auto& [counter, result] : heard) {
    if (result.position < read.first) continue;  // retention took it
    const std::uint64_t at = result.position.since(read.first);
    if (at >= read.rows.size()) return "message " + std::to_string(counter) + " is lost";
    if (read.rows[at].body != numbered(counter).body) return "another message in its place";
  }
  if (heard.empty()) return "";
  const auto again = commit_one(log, numbered(heard.rbegin()->first));
  if (again.status != append_status::duplicate) return "the last one is not known any more";
  return again.position == heard.rbegin()->second.position ? "" : "the last one is known elsewhere";
}

}  // namespace tern::relay
