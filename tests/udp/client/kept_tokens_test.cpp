#include "udp/client/kept_tokens.hpp"

#include <algorithm>
#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace tern::udp {
namespace {

const proto::wall_time morning{24h * 365 * 50};
const proto::bytes token{2, 0, 1, 2, 3};
const std::string home = "eth0 192.168.1.0/24 203.0.113.5:7777";

TEST(KeptTokens, AreGivenForADayWhereTheyCameFrom) {
  kept_tokens kept;
  EXPECT_TRUE(kept.token_for(home, morning).empty());
  EXPECT_TRUE(kept.keep(home, token, morning));
  EXPECT_EQ(kept.token_for(home, morning + 23h), token);
  EXPECT_TRUE(kept.token_for(home, morning + 24h).empty());
  EXPECT_TRUE(kept.token_for(home, morning - 1s).empty());
  EXPECT_TRUE(kept.token_for("wlan0 10.0.0.0/8 203.0.113.5:7777", morning).empty());
}

TEST(KeptTokens, AreWrittenOnceAnHour) {
  kept_tokens kept;
  kept.keep(home, token, morning);
  EXPECT_FALSE(kept.keep(home, {1}, morning + 59min));
  EXPECT_TRUE(kept.keep(home, {1}, morning + 61min));
  EXPECT_EQ(kept.token_for(home, morning + 61min), proto::bytes{1});
}

TEST(KeptTokens, ComeBackFromTheirText) {
  kept_tokens kept;
  kept.keep(home, token, morning);
  const auto back = kept_tokens::parse(kept.to_text());
  EXPECT_EQ(back.token_for(home, morning), token);
  EXPECT_EQ(back.to_text(), kept.to_text());
}

TEST(KeptTokens, NonsenseIsLeftOut) {
  for (const char* text : {"", "\n\n", "x AgAB eth0", "5 AgAB", "5 !!! eth0", "5  eth0", "-5 AgAB eth0", "5 AgAB "})
    EXPECT_EQ(kept_tokens::parse(text).to_text(), "") << text;
}

TEST(KeptTokens, AreBounded) {
  kept_tokens kept;
  for (int i = 0; i < 200; ++i) kept.keep("net " + std::to_string(i), token, morning + i * 1s);
  const std::string text = kept.to_text();
  EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), kept_tokens::tokens_max);
  EXPECT_EQ(kept.token_for("net 199", morning + 200s), token) << "the oldest went";
}

}  // namespace
}  // namespace tern::udp
