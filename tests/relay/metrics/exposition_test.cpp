#include "relay/metrics/exposition.hpp"

#include "tests/relay/numbered_counters.hpp"

#include <gmock/gmock.h>

namespace tern::relay {
namespace {

TEST(Exposition, ShowsEveryCounterOfTheRelay) {
  const numbered_counters from;
  const duration_buckets commits;
  const std::string page = expose({.version = "1",
                                   .uptime = {},
                                   .is_draining = false,
                                   .is_well = true,
                                   .connections = 0,
                                   .visitors = 0,
                                   .rooms = 0,
                                   .undecided = 0,
                                   .waiting = {},
                                   .log_bytes = 0,
                                   .disk_free_bytes = 0,
                                   .counters = from.all(),
                                   .commits = commits});
  for (const std::uint64_t value : numbered_counters::values())
    EXPECT_THAT(page, testing::HasSubstr(' ' + std::to_string(value) + '\n'));
  EXPECT_THAT(page, testing::HasSubstr("tern_relay_refusals_total{limit=\"uninvited\"} "));
  EXPECT_THAT(page, testing::HasSubstr("tern_relay_events_total{event=\"token-daily\"} "));
}

}  // namespace
}  // namespace tern::relay
