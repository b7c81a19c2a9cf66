#include "tools/compare/run/trial_watch.hpp"

#include "tests/tools/compare/records.hpp"

#include <gtest/gtest.h>

namespace tern::compare {
namespace {

class still_link final : public link_backend {
 public:
  trial_sockets open(carrier, std::uint32_t) override { return {}; }
  bool impairs(carrier) const override { return true; }
  link_reading reading() const override { return now; }
  bool is_idle() const override { return idle; }

  link_reading now;
  bool idle = true;
};

class TrialWatch : public testing::Test {
 protected:
  static workload ten_messages() {
    workload work;
    work.messages = 10;
    work.limit = ms(1000);
    return work;
  }
  trial_watch watching(const mode& how) { return {how, work, shared, link, began}; }
  void start_schedule() { shared.board().start = (began + ms(50)).time_since_epoch().count(); }

  const mode reliable = parse_modes("reliable-ordered").front();
  const mode unreliable = parse_modes("udp-raw").front();
  const proto::time_point began{std::chrono::hours{1}};
  workload work = ten_messages();
  shared_trial shared{work};
  still_link link;
};

TEST_F(TrialWatch, EndsWhenEverythingIsThereAndTheLinkIsQuiet) {
  auto watch = watching(reliable);
  start_schedule();
  EXPECT_FALSE(watch.look(began + ms(50)));
  shared.board().has_sent_all = true;
  shared.board().delivered = 10;
  link.now.packets = 20;
  EXPECT_FALSE(watch.look(began + ms(150)));  // an ACK may follow
  EXPECT_TRUE(watch.look(began + ms(260)));
  EXPECT_EQ(watch.failure(), "");
}

TEST_F(TrialWatch, WaitsForWhatWasPromisedEvenWhenAllIsQuiet) {
  auto watch = watching(reliable);
  start_schedule();
  watch.look(began + ms(50));
  shared.board().has_sent_all = true;
  shared.board().delivered = 9;
  EXPECT_FALSE(watch.look(began + ms(900)));
  EXPECT_TRUE(watch.look(began + ms(50) + work.length() + work.limit + ms(1)));
}

TEST_F(TrialWatch, DoesNotWaitForWhatNobodyPromised) {
  auto watch = watching(unreliable);
  start_schedule();
  watch.look(began + ms(50));
  shared.board().has_sent_all = true;
  shared.board().delivered = 9;
  EXPECT_TRUE(watch.look(began + ms(200)));
}

TEST_F(TrialWatch, WhatTheLinkHoldsMayStillArrive) {
  auto watch = watching(unreliable);
  start_schedule();
  watch.look(began + ms(50));
  shared.board().has_sent_all = true;
  link.idle = false;
  EXPECT_FALSE(watch.look(began + ms(500)));
  link.idle = true;
  EXPECT_FALSE(watch.look(began + ms(550)));
  EXPECT_TRUE(watch.look(began + ms(610)));
}

TEST_F(TrialWatch, CountsTrafficFromTheStartOfTheScheduleOn) {
  auto watch = watching(reliable);
  link.now = {.packets = 5, .wire_bytes = 5000, .lost = 1};
  watch.look(began + ms(10));
  start_schedule();
  watch.look(began + ms(20));
  link.now = {.packets = 8, .wire_bytes = 5300, .lost = 1};
  EXPECT_EQ(watch.traffic().wire_bytes, 300U);
  EXPECT_EQ(watch.traffic().lost, 0U);
}

TEST_F(TrialWatch, ALateLookMissesNothingOfTheSchedule) {
  auto watch = watching(unreliable);
  watch.look(began);
  start_schedule();
  link.now = {.packets = 10, .wire_bytes = 1280, .lost = 4};
  watch.look(began + ms(500));
  EXPECT_EQ(watch.traffic().wire_bytes, 1280U);
  EXPECT_EQ(watch.traffic().lost, 4U);
}

TEST_F(TrialWatch, GivesUpWhenNothingConnects) {
  auto watch = watching(reliable);
  EXPECT_FALSE(watch.look(began + std::chrono::seconds{59}));
  EXPECT_TRUE(watch.look(began + std::chrono::seconds{61}));
  EXPECT_EQ(watch.failure(), "no connection within 60 s");
}

TEST_F(TrialWatch, PassesOnWhyASideGaveUp) {
  auto watch = watching(reliable);
  shared.fail("connect: refused");
  EXPECT_TRUE(watch.look(began));
  EXPECT_EQ(watch.failure(), "connect: refused");
}

}  // namespace
}  // namespace tern::compare
