#include "proto/chat/outbox.hpp"

#include <gtest/gtest.h>

namespace tern::proto::chat {
namespace {
using std::chrono::milliseconds;

time_point at(int ms) { return time_point{} + milliseconds{ms}; }

class Outbox : public testing::Test {
 protected:
  void add(int count) {
    for (; count > 0; --count) box.add({.id = message_id{++last_id}});
  }
  // Counters of all that may be sent now.
  std::vector<std::uint64_t> send_all() {
    std::vector<std::uint64_t> sent;
    while (const said_message* next = box.next()) {
      sent.push_back(next->counter);
      box.on_sent();
    }
    return sent;
  }
  static std::vector<std::uint64_t> counters(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> all;
    for (; first <= last; ++first) all.push_back(first);
    return all;
  }

  outbox box{{1}, false};
  std::uint64_t last_id = 0;
};

TEST_F(Outbox, KeepsAMessageUntilItIsDecided) {
  add(3);
  EXPECT_EQ(send_all(), counters(0, 2));
  EXPECT_EQ(box.on_committed(1)->id, message_id{2});
  EXPECT_EQ(box.floor(), 0U);
  EXPECT_EQ(box.on_refused_for_good(0)->id, message_id{1});
  EXPECT_EQ(box.floor(), 2U);
  EXPECT_FALSE(box.on_committed(1)) << "its fate was told before";
  EXPECT_EQ(box.size(), 1U);
}

TEST_F(Outbox, SaysTheSameMessageAgainUnderAGivenId) {
  box = outbox{{1}, true};
  add(2);
  EXPECT_EQ(send_all(), counters(0, 0)) << "one at a time";
  EXPECT_EQ(box.on_committed(0)->id, message_id{1});
  EXPECT_EQ(send_all(), counters(0, 0));
  EXPECT_EQ(box.on_committed(0)->id, message_id{2});
  add(1);
  EXPECT_EQ(send_all(), counters(0, 0)) << "and when all is decided";
  EXPECT_EQ(box.floor(), 0U);
}

TEST_F(Outbox, WhatIsSaidTwiceUnderAGivenIdGoesOnAfterARefusal) {
  box = outbox{{1}, true};
  add(2);
  send_all();
  EXPECT_EQ(box.on_refused_for_now(0, milliseconds{50}, at(0))->id, message_id{1});
  EXPECT_EQ(send_all(), std::vector<std::uint64_t>{});
  EXPECT_TRUE(box.resume(at(50)));
  EXPECT_EQ(send_all(), counters(0, 0));
  EXPECT_EQ(box.on_committed(0)->id, message_id{1});
  EXPECT_EQ(send_all(), counters(0, 0));
  EXPECT_EQ(box.on_committed(0)->id, message_id{2});
}

TEST_F(Outbox, ANewConnectionStartsAtTheOldestUndecided) {
  add(4);
  send_all();
  box.on_committed(0);
  box.on_connection_lost();
  EXPECT_EQ(send_all(), counters(1, 3));
}

TEST_F(Outbox, NothingOvertakesWhatWasRefusedForNow) {
  add(4);
  send_all();
  EXPECT_EQ(box.on_refused_for_now(1, milliseconds{50}, at(0))->id, message_id{2});
  EXPECT_TRUE(box.on_committed(0));
  box.on_refused_for_now(2, {}, at(1));
  add(1);
  EXPECT_TRUE(send_all().empty());
  EXPECT_FALSE(box.resume(at(60))) << "an answer is still on its way";
  EXPECT_FALSE(box.next_deadline());
  box.on_refused_for_now(3, {}, at(60));
  EXPECT_EQ(box.next_deadline(), at(60));
  EXPECT_TRUE(box.resume(at(60)));
  EXPECT_EQ(send_all(), counters(1, 4));
}

TEST_F(Outbox, ARefusalWithoutATimeIsNotRepeatedAtOnce) {
  add(1);
  send_all();
  box.on_refused_for_now(0, {}, at(0));
  EXPECT_FALSE(box.resume(at(99)));
  EXPECT_TRUE(box.resume(at(100)));
}

TEST_F(Outbox, NoCounterGoesMoreThanAThousandAboveTheOldestUndecided) {
  add(3'000);
  for (int round = 0; round < 40; ++round) {
    const auto sent = send_all();
    for (const auto counter : sent) {
      ASSERT_LE(counter, outbox::counters_ahead_max);
      if (counter != 0) box.on_committed(counter);
    }
  }
  EXPECT_EQ(box.floor(), 0U);
  EXPECT_EQ(box.size(), 2'000U);
  box.on_committed(0);
  EXPECT_FALSE(send_all().empty());
}

TEST_F(Outbox, TheWindowHalvesOnceForAllThatOneRefusalTookAlong) {
  add(300);
  EXPECT_EQ(send_all().size(), say_window::initial);
  for (std::uint64_t counter = 0; counter < say_window::initial; ++counter) box.on_refused_for_now(counter, {}, at(0));
  box.resume(at(1'000));
  EXPECT_EQ(send_all().size(), say_window::initial / 2);
}

TEST_F(Outbox, AConflictTakesTheUndecidedToANewId) {
  add(3);
  send_all();
  EXPECT_FALSE(box.on_conflict(0)) << "not given up";
  EXPECT_FALSE(box.wants_new_id()) << "1 and 2 may be committed under the old id";
  add(1);
  EXPECT_TRUE(send_all().empty()) << "nothing new under the old id";
  box.on_connection_lost();
  EXPECT_EQ(send_all(), counters(1, 2)) << "but the old ones are asked about";
  box.on_committed(1);
  box.on_conflict(2);
  ASSERT_TRUE(box.wants_new_id());
  box.renew({2});
  EXPECT_EQ(box.id(), outbox_id{2});
  EXPECT_EQ(send_all(), (std::vector<std::uint64_t>{0, 2, 3}));
}

TEST_F(Outbox, ConflictsWithoutEndAreBelieved) {
  add(1);
  for (int i = 0; i < outbox::renewals_max; ++i) {
    send_all();
    EXPECT_FALSE(box.on_conflict(0));
    box.renew({static_cast<std::uint8_t>(i)});
  }
  send_all();
  EXPECT_TRUE(box.on_conflict(0));
  EXPECT_TRUE(box.empty());
}

TEST_F(Outbox, AnIdOfTheUsersOwnIsNeverReplaced) {
  outbox own{{9}, true};
  own.add({.id = message_id{1}});
  own.next();
  own.on_sent();
  EXPECT_TRUE(own.on_conflict(0));
  EXPECT_FALSE(own.wants_new_id());
}

TEST_F(Outbox, WhatWasRefusedEachTimeItWasSentCannotArrive) {
  add(2);
  send_all();
  box.on_refused_for_now(0, {}, at(0));
  EXPECT_FALSE(box.give_up(message_id{1})->may_arrive());
  EXPECT_TRUE(box.give_up(message_id{2})->may_arrive());
}

TEST_F(Outbox, WhatALostConnectionMayHaveBroughtAlongMayArriveAlthoughItIsRefusedNow) {
  add(1);
  send_all();
  box.on_connection_lost();
  send_all();
  box.on_refused_for_now(0, {}, at(0));
  EXPECT_TRUE(box.give_up(message_id{1})->may_arrive());
}

TEST_F(Outbox, WhatIsInConflictCannotArriveUnderTheOldId) {
  add(1);
  send_all();
  box.on_connection_lost();
  send_all();
  box.on_conflict(0);
  EXPECT_FALSE(box.give_up(message_id{1})->may_arrive());
}

TEST_F(Outbox, AMessageThatIsGivenUpKeepsNobodyWaiting) {
  add(2);
  send_all();
  EXPECT_TRUE(box.give_up(message_id{1})->was_sent);
  EXPECT_FALSE(box.give_up(message_id{1}));
  EXPECT_EQ(box.floor(), 1U);
  box.on_refused_for_now(1, {}, at(0));
  EXPECT_TRUE(box.resume(at(100)));
  EXPECT_EQ(send_all(), counters(1, 1));
}

}  // namespace
}  // namespace tern::proto::chat
