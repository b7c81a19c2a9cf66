#include "relay/server/counter_table.hpp"

#include "relay/control/control_answer.hpp"
#include "tests/relay/numbered_counters.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <set>

namespace tern::relay {
namespace {

std::vector<named_count> all_counts(const numbered_counters& from) {
  std::vector<named_count> all;
  for (const auto kind : {counter_kind::limit, counter_kind::event, counter_kind::own}) {
    const auto counts = counts_of(kind, from.all());
    all.insert(all.end(), counts.begin(), counts.end());
  }
  return all;
}

TEST(CounterTable, HasEveryMemberOfEveryCounterOnce) {
  std::vector<std::uint64_t> found;
  for (const auto& [name, count] : all_counts({})) found.push_back(count);
  EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(numbered_counters::values()));
}

TEST(CounterTable, GivesEveryCounterANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const auto& [name, count] : all_counts({})) EXPECT_TRUE(names.insert(name).second) << name;
}

TEST(CounterTable, IsToldWholeInTheAnswerToStats) {
  const numbered_counters from;
  relay_stats stats;
  stats.refusals = counts_of(counter_kind::limit, from.all());
  stats.events = counts_of(counter_kind::event, from.all());
  const auto record = nlohmann::json::parse(stats_line(stats));
  EXPECT_EQ(record["refusals"].size(), stats.refusals.size());
  EXPECT_EQ(record["events"].size(), stats.events.size());
  EXPECT_EQ(record["refusals"]["uninvited"], from.endpoint.uninvited);
  EXPECT_EQ(record["events"]["token-daily"], from.endpoint.token_daily);
  EXPECT_EQ(record["events"]["tail-entries"], from.hub.tail_entries);
}

}  // namespace
}  // namespace tern::relay
