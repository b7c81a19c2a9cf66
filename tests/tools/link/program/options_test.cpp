#include "tools/link/program/options.hpp"

#include "tools/link/model/profiles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tern::link_program {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

command_line parsed(std::initializer_list<const char*> words) {
  std::vector<const char*> argv{"tern-link"};
  argv.insert(argv.end(), words);
  return parse_command_line(static_cast<int>(argv.size()), argv.data());
}

link_emulator::link_plan plan(std::initializer_list<const char*> words) {
  const auto line = parsed(words);
  EXPECT_FALSE(line.ends) << line.text;
  return line.run.plan;
}

std::string complaint(std::initializer_list<const char*> words) {
  const auto line = parsed(words);
  EXPECT_TRUE(line.ends);
  EXPECT_EQ(line.status, 2);
  return line.text;
}

TEST(LinkOptions, WithoutAnyTheLinkIsPerfect) {
  const auto line = parsed({"--", "ls", "-l", "--", "x"});
  EXPECT_FALSE(line.ends);
  EXPECT_EQ(line.run.plan.up.delay, 0ns);
  EXPECT_EQ(line.run.plan.down.loss, 0);
  EXPECT_THAT(line.run.command, ElementsAre("ls", "-l", "--", "x"));
  EXPECT_TRUE(line.run.reaches_host);
}

TEST(LinkOptions, AnImpairmentIsForBothDirectionsOrOne) {
  const auto both = plan({"--loss", "5%", "--up-delay", "10ms", "--down-loss", "1%"});
  EXPECT_DOUBLE_EQ(both.up.loss, 0.05);
  EXPECT_DOUBLE_EQ(both.down.loss, 0.01);
  EXPECT_EQ(both.up.delay, 10ms);
  EXPECT_EQ(both.down.delay, 0ns);
}

TEST(LinkOptions, EveryImpairmentIsRead) {
  const auto all = plan({"--delay",    "25ms",           "--jitter",    "5ms,exponential,reorder",
                         "--bursts",   "10%,4",          "--fades",     "3%,40ms",
                         "--reorder",  "1%,20ms",        "--duplicate", "2%",
                         "--corrupt",  "4%,octets,7",    "--rate",      "10Mbit",
                         "--queue",    "25,64KiB,100ms", "--mtu",       "1280",
                         "--blackout", "5s,2s,7s",       "--block-udp", "1s,3s"})
                       .up;
  EXPECT_EQ(all.delay, 25ms);
  EXPECT_EQ(all.jitter.extra, 5ms);
  EXPECT_EQ(all.jitter.shape, link_model::jitter_shape::exponential);
  EXPECT_TRUE(all.jitter.reorders);
  EXPECT_DOUBLE_EQ(all.packet_bursts.loss, 0.1);
  EXPECT_DOUBLE_EQ(all.packet_bursts.mean_packets, 4);
  EXPECT_EQ(all.timed_bursts.mean_bad, 40ms);
  EXPECT_EQ(all.reorder.extra, 20ms);
  EXPECT_DOUBLE_EQ(all.duplicate, 0.02);
  EXPECT_EQ(all.corrupt.unit, link_model::corruption_unit::octets);
  EXPECT_EQ(all.corrupt.damage_max, 7U);
  EXPECT_EQ(all.rate.bits_per_second, 10'000'000U);
  EXPECT_EQ(all.rate.queue_packets, 25U);
  EXPECT_EQ(all.rate.queue_bytes, 65536U);
  EXPECT_EQ(all.rate.queue_time, 100ms);
  EXPECT_EQ(all.mtu, 1280U);
  ASSERT_EQ(all.blackouts.size(), 1U);
  EXPECT_EQ(all.blackouts[0].period, 7s);
  ASSERT_EQ(all.udp_blocked.size(), 1U);
  EXPECT_EQ(all.udp_blocked[0].begin, 1s);
}

TEST(LinkOptions, ABlockOfUdpNeedsNoTimes) {
  for (const auto& line : {parsed({"--block-udp", "--loss", "1%"}), parsed({"--loss", "1%", "--block-udp"})}) {
    ASSERT_FALSE(line.ends) << line.text;
    ASSERT_EQ(line.run.plan.down.udp_blocked.size(), 1U);
    EXPECT_EQ(line.run.plan.down.udp_blocked[0].begin, 0ns);
    EXPECT_EQ(line.run.plan.down.udp_blocked[0].length, link_model::duration::max());
  }
}

TEST(LinkOptions, BlackoutsAddUp) {
  EXPECT_EQ(plan({"--blackout", "1s,1s", "--blackout", "5s,1s"}).up.blackouts.size(), 2U);
}

TEST(LinkOptions, AProfileIsWhereOthersBegin) {
  const auto* satellite = link_model::find_profile("satellite");
  const auto changed = plan({"--delay", "1s", "--profile", "satellite"});
  EXPECT_EQ(changed.up.delay, 1s);
  EXPECT_EQ(changed.up.rate.bits_per_second, satellite->up.rate.bits_per_second);
  EXPECT_EQ(plan({"--profile", "interop_rebind_port"}).nat.port_every, 5s);
}

TEST(LinkOptions, TheSeedIsGivenOrDrawn) {
  EXPECT_EQ(plan({"--seed", "42"}).seed, 42U);
  EXPECT_NE(plan({}).seed, plan({}).seed);
}

TEST(LinkOptions, EveryProfileIsListed) {
  const auto line = parsed({"--list-profiles"});
  EXPECT_EQ(line.status, 0);
  for (const auto& each : link_model::profiles()) EXPECT_THAT(line.text, HasSubstr(std::string{each.name}));
}

TEST(LinkOptions, WhatIsWrongIsSaidWithTheOptionsName) {
  EXPECT_THAT(complaint({"--delay", "5"}), HasSubstr("--delay: '5' is not a duration"));
  EXPECT_THAT(complaint({"--loss", "5"}), HasSubstr("--loss: '5' is not a share"));
  EXPECT_THAT(complaint({"--down-rate", "fast"}), HasSubstr("--down-rate: 'fast' is not a rate"));
  EXPECT_THAT(complaint({"--bursts", "10%"}), HasSubstr("--bursts: '10%': write SHARE,PACKETS"));
  EXPECT_THAT(complaint({"--bursts", "90%,2"}), HasSubstr("at least 9 packets"));
  EXPECT_THAT(complaint({"--bursts", "100%,2"}), HasSubstr("always bad"));
  EXPECT_THAT(complaint({"--bursts", "10%,nan"}), HasSubstr("--bursts"));
  EXPECT_THAT(complaint({"--fades", "10%,0"}), HasSubstr("must last"));
  EXPECT_THAT(complaint({"--jitter", "5ms,gauss"}), HasSubstr("one of uniform, exponential, reorder"));
  EXPECT_THAT(complaint({"--corrupt", "5%,words"}), HasSubstr("either bits or octets"));
  EXPECT_THAT(complaint({"--rate", "1Mbit", "--queue", "many"}), HasSubstr("is not a queue"));
  EXPECT_THAT(complaint({"--mtu", "20"}), HasSubstr("at least 68"));
  EXPECT_THAT(complaint({"--blackout", "1s,2s,3s,4s"}), HasSubstr("BEGIN[,FOR[,EVERY]]"));
  EXPECT_THAT(complaint({"--rebind-port", "often"}), HasSubstr("--rebind-port: 'often' is not a duration"));
  EXPECT_THAT(complaint({"--profile", "moon"}), HasSubstr("--list-profiles"));
  EXPECT_THAT(complaint({"--queue", "5"}), HasSubstr("nothing waits without a --rate"));
  EXPECT_THAT(complaint({"bash"}), HasSubstr("write `--` before the command"));
  EXPECT_THAT(complaint({"--seed", "x"}), HasSubstr("--seed: 'x' is not a number"));
  EXPECT_THAT(complaint({"--nonsense"}), HasSubstr("nonsense"));
}

}  // namespace
}  // namespace tern::link_program
