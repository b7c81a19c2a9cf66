#include "relay/control/control_request.hpp"

#include <gtest/gtest.h>

namespace tern::relay {
namespace {

control_request parsed(std::string_view line) {
  const auto request = parse_control_request(line);
  EXPECT_TRUE(request) << line;
  return request.value_or(control_request{});
}

TEST(ControlRequest, IsReadAsItIsWritten) {
  for (const control_request& request :
       {control_request{stats_request{}}, control_request{verify_request{}},
        control_request{backup_request{"/a folder/with spaces, and more"}},
        control_request{invite_request{invite_request::wish::add, "id secret 1 - - x"}},
        control_request{invite_request{invite_request::wish::revoke, "anna"}}}) {
    std::string line = to_line(request);
    ASSERT_TRUE(line.ends_with('\n'));
    line.pop_back();
    EXPECT_EQ(parsed(line), request);
  }
}

TEST(ControlRequest, MayEndAsTelnetEndsIt) { EXPECT_EQ(parsed("stats\r"), control_request{stats_request{}}); }

TEST(ControlRequest, RefusesWhatItDoesNotKnow) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view line :
       {""sv, "status"sv, "STATS"sv, "stats now"sv, "verify /x"sv, "backup"sv, "backup "sv, "backup relative"sv,
        "backup /a\0b"sv, " stats"sv, "invite"sv, "invite add"sv, "invite list"sv, "invite revoke "sv}) {
    const auto request = parse_control_request(line);
    ASSERT_FALSE(request) << line;
    EXPECT_FALSE(request.error().empty());
  }
}

}  // namespace
}  // namespace tern::relay
