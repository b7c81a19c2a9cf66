// What a session gives to be kept, what it waits for, and how another one takes it over.
#include "proto/chat/session.hpp"
#include "proto/error.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"

#include <gtest/gtest.h>

namespace tern::proto::chat {
namespace {
using proto::test::seeded_entropy;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr wall_time noon{milliseconds{1'800'000'000'000}};

class KeptOutbox : public testing::Test {
 protected:
  KeptOutbox() { talk.keep_outboxes(now, noon); }

  message_id say(std::string_view text, const say_options& how = {}) {
    return *talk.say(lobby, body_kind::text, {text.begin(), text.end()}, how, now);
  }
  std::vector<outbox_change> changes() {
    std::vector<outbox_change> all;
    while (auto next = talk.poll_change()) all.push_back(std::move(*next));
    given += all.size();
    return all;
  }
  void keep_all() {
    changes();
    talk.on_kept(given);
  }
  template <class Op>
  std::vector<std::pair<lane_id, Op>> sent() {
    std::vector<std::pair<lane_id, Op>> found;
    while (auto next = talk.poll_send(now)) {
      const auto op = *decode_client_op(next->payload);
      if (const auto* wanted = std::get_if<Op>(&op)) found.emplace_back(next->lane, *wanted);
    }
    return found;
  }
  std::vector<std::string> said() {
    std::vector<std::string> texts;
    for (const auto& [lane, op] : sent<chat::say>()) texts.emplace_back(as_text(op.body));
    return texts;
  }
  bool tell(lane_id lane, const relay_op& op) { return talk.on_message(lane, encode(op), now); }
  template <class Event>
  std::vector<Event> events() {
    std::vector<Event> found;
    while (auto event = talk.poll_event()) {
      if (auto* wanted = std::get_if<Event>(&*event)) found.push_back(std::move(*wanted));
    }
    return found;
  }
  static kept_message left(std::uint64_t counter, std::string_view text, wall_time expires = noon + hours{1}) {
    return {counter, body_kind::text, {text.begin(), text.end()}, noon - hours{1}, expires};
  }

  seeded_entropy entropy{1};
  session talk{{.self = {7}}, entropy};
  time_point now{seconds{100}};
  std::uint64_t given = 0;
  const destination lobby = destination::room("lobby");
  const lane_id first_lane = destination_lane(1);
};

TEST_F(KeptOutbox, NothingIsSentBeforeItIsKept) {
  talk.on_connected(now, noon);
  const auto id = say("one");
  EXPECT_TRUE(said().empty());
  const auto given_out = changes();
  ASSERT_EQ(given_out.size(), 1U);
  const auto& kept = std::get<message_kept>(given_out[0]);
  EXPECT_EQ(kept.said, id);
  EXPECT_EQ(kept.key, kept.id);
  EXPECT_EQ(kept.to, lobby);
  EXPECT_EQ(kept.message.said_at, noon);
  EXPECT_EQ(kept.message.expires_at, noon + outbox_lifetime);
  say("two");
  changes();
  talk.on_kept(1);
  EXPECT_EQ(said(), std::vector<std::string>{"one"});
  talk.on_kept(2);
  EXPECT_EQ(said(), std::vector<std::string>{"two"});
}

TEST_F(KeptOutbox, WhatIsDecidedIsForgottenAndHoldsTheFloorUntilThen) {
  talk.on_connected(now, noon);
  say("one");
  say("two");
  keep_all();
  said();
  EXPECT_TRUE(tell(first_lane, committed{0, log_position{1}, {}, false}));
  EXPECT_TRUE(tell(first_lane, refused{1, refusal::forbidden, {}, ""}));
  const auto forgotten = changes();
  ASSERT_EQ(forgotten.size(), 2U);
  EXPECT_EQ(std::get<message_forgotten>(forgotten[0]).counter, 0U);
  EXPECT_EQ(std::get<message_forgotten>(forgotten[1]).counter, 1U);
  const auto floor_of_a_new_bind = [&] {
    talk.on_disconnected();
    talk.on_connected(now, noon);
    talk.join(lobby, {});
    return sent<bind>().at(0).second.floor;
  };
  EXPECT_EQ(floor_of_a_new_bind(), 0U) << "who takes it over would ask about it";
  talk.on_kept(3);
  EXPECT_EQ(floor_of_a_new_bind(), 1U);
  talk.on_kept(4);
  EXPECT_EQ(floor_of_a_new_bind(), 2U);
}

TEST_F(KeptOutbox, WhatExpiresIsForgotten) {
  say("short-lived", {.deadline = now + seconds{1}});
  keep_all();
  now += seconds{2};
  talk.on_timeout(now);
  EXPECT_EQ(events<message_expired>().size(), 1U);
  const auto forgotten = changes();
  ASSERT_EQ(forgotten.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<message_forgotten>(forgotten[0]));
}

TEST_F(KeptOutbox, AnIdOfTheUsersOwnIsNotKept) {
  talk.on_connected(now, noon);
  say("mine", {.outbox = outbox_id{9}});
  EXPECT_TRUE(changes().empty());
  EXPECT_EQ(said(), std::vector<std::string>{"mine"});
}

TEST_F(KeptOutbox, WhatCannotBeKeptIsSentAllTheSame) {
  talk.on_connected(now, noon);
  say("one");
  changes();
  talk.on_keeping_failed();
  say("two");
  EXPECT_EQ(said(), (std::vector<std::string>{"one", "two"}));
  EXPECT_TRUE(tell(first_lane, committed{0, log_position{1}, {}, false}));
  EXPECT_TRUE(changes().empty());
}

TEST_F(KeptOutbox, WhatWasTakenOverGoesFirstUnderItsOwnKeys) {
  say("new");
  const auto ids = talk.take_over({{1}, {2}, lobby, {left(5, "five"), left(8, "eight")}}, now);
  ASSERT_TRUE(ids && ids->size() == 2U);
  keep_all();
  talk.on_connected(now, noon);
  std::vector<bind> binds;
  std::vector<chat::say> says;
  while (auto next = talk.poll_send(now)) {
    const auto op = *decode_client_op(next->payload);
    if (const auto* bound = std::get_if<bind>(&op)) binds.push_back(*bound);
    if (const auto* message = std::get_if<chat::say>(&op)) says.push_back(*message);
  }
  ASSERT_EQ(binds.size(), 1U) << "the other lane has nothing to do yet";
  EXPECT_EQ(binds[0].outbox, outbox_id{2});
  EXPECT_EQ(binds[0].floor, 5U);
  ASSERT_EQ(says.size(), 2U);
  EXPECT_EQ(says[0].counter, 5U);
  EXPECT_EQ(says[1].counter, 8U);

  const lane_id earlier = destination_lane(2);
  EXPECT_TRUE(tell(earlier, committed{5, log_position{1}, {}, true}));
  EXPECT_TRUE(said().empty());
  EXPECT_TRUE(tell(earlier, committed{8, log_position{2}, {}, false}));
  EXPECT_EQ(said(), std::vector<std::string>{"new"});
  const auto forgotten = changes();
  ASSERT_EQ(forgotten.size(), 2U);
  EXPECT_EQ(std::get<message_forgotten>(forgotten[0]).key, outbox_id{1});
}

TEST_F(KeptOutbox, OfSeveralOnesTheOldestIsSentFirst) {
  ASSERT_TRUE(talk.take_over({{1}, {1}, lobby, {left(0, "older")}}, now));
  ASSERT_TRUE(talk.take_over({{2}, {2}, lobby, {left(0, "younger")}}, now));
  ASSERT_TRUE(talk.take_over({{3}, {3}, destination::room("garden"), {left(0, "elsewhere")}}, now));
  talk.on_connected(now, noon);
  EXPECT_EQ(said(), (std::vector<std::string>{"older", "elsewhere"}));
  EXPECT_TRUE(tell(destination_lane(1), refused{0, refusal::forbidden, {}, ""}));
  EXPECT_EQ(said(), std::vector<std::string>{"younger"});
}

TEST_F(KeptOutbox, AConflictDrawsAnIdThatIsKeptBeforeItIsUsed) {
  ASSERT_TRUE(talk.take_over({{1}, {1}, lobby, {left(3, "three")}}, now));
  talk.on_connected(now, noon);
  EXPECT_EQ(said(), std::vector<std::string>{"three"});
  EXPECT_TRUE(tell(first_lane, refused{3, refusal::conflict, {}, ""}));
  EXPECT_TRUE(said().empty());
  const auto renewed = changes();
  ASSERT_EQ(renewed.size(), 1U);
  const auto fresh = std::get<outbox_renewed>(renewed[0]);
  EXPECT_EQ(fresh.key, outbox_id{1});
  EXPECT_NE(fresh.id, outbox_id{1});
  talk.on_kept(1);
  EXPECT_EQ(said(), std::vector<std::string>{"three"});
}

TEST_F(KeptOutbox, WhatIsTooOldIsGivenUpLoudly) {
  const auto ids = talk.take_over({{1}, {1}, lobby, {left(0, "old", noon - hours{1}), left(1, "newer")}}, now);
  talk.on_timeout(now);
  const auto expired = events<message_expired>();
  ASSERT_EQ(expired.size(), 1U);
  EXPECT_EQ(expired[0].id, ids->at(0));
  EXPECT_TRUE(expired[0].was_sent) << "nobody knows";
  talk.on_connected(now, noon);
  EXPECT_EQ(said(), std::vector<std::string>{"newer"});
}

TEST_F(KeptOutbox, NoCalendarMakesItWaitForLongerThanItMay) {
  constexpr wall_time never{milliseconds{INT64_MAX}};
  ASSERT_TRUE(talk.take_over({{1}, {1}, lobby, {left(0, "lost in time", never)}}, now));
  now += outbox_lifetime;
  talk.on_timeout(now);
  EXPECT_EQ(events<message_expired>().size(), 1U);
}

TEST_F(KeptOutbox, TakingOverKeepsToTheLimits) {
  session small{{.self = {7}, .limits = {.messages_max = 2, .bytes_max = 10}}, entropy};
  small.keep_outboxes(now, noon);
  const auto too_many = small.take_over({{1}, {1}, lobby, {left(0, "a"), left(1, "b"), left(2, "c")}}, now);
  ASSERT_FALSE(too_many);
  EXPECT_EQ(too_many.error(), make_error_code(errc::queue_full));
  EXPECT_FALSE(small.take_over({{1}, {1}, lobby, {left(0, "eleven octets"), left(1, "b")}}, now));
  EXPECT_EQ(small.undecided(), 0U);
  ASSERT_TRUE(small.take_over({{1}, {1}, lobby, {left(0, "a"), left(1, "b")}}, now));
  EXPECT_FALSE(small.take_over({{1}, {1}, lobby, {}}, now)) << "it has it already";
  EXPECT_EQ(small.say(lobby, body_kind::text, {}, {}, now).error(), make_error_code(errc::queue_full));
}

}  // namespace
}  // namespace tern::proto::chat
