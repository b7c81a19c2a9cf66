// A session, operation by operation.
#include "proto/chat/session.hpp"

#include "proto/error.hpp"
#include "tests/proto/chat/relay_model.hpp"

#include <gtest/gtest.h>

namespace tern::proto::chat {
namespace {
using std::chrono::milliseconds;
using std::chrono::seconds;

class Session : public testing::Test {
 protected:
  struct sent_op {
    lane_id lane;
    client_op op;
    bool early = false;
  };

  time_point at(int ms) const { return time_point{} + milliseconds{ms}; }
  message_id say(const destination& to, std::string_view text, const say_options& options = {}) {
    return *chat_session.say(to, body_kind::text, {text.begin(), text.end()}, options, now);
  }
  std::vector<sent_op> sent() {
    std::vector<sent_op> all;
    while (auto next = chat_session.poll_send(now)) {
      all.push_back({next->lane, *decode_client_op(next->payload), next->early_allowed});
    }
    return all;
  }
  template <class Op>
  static std::vector<Op> only(const std::vector<sent_op>& all) {
    std::vector<Op> found;
    for (const sent_op& each : all) {
      if (const auto* op = std::get_if<Op>(&each.op)) found.push_back(*op);
    }
    return found;
  }
  bool tell(lane_id lane, const relay_op& op) { return chat_session.on_message(lane, encode(op), now); }
  template <class Event>
  std::vector<Event> events() {
    std::vector<Event> found;
    while (auto event = chat_session.poll_event()) {
      if (auto* wanted = std::get_if<Event>(&*event)) found.push_back(std::move(*wanted));
    }
    return found;
  }
  void connect() { chat_session.on_connected(now, {}); }

  seeded_entropy entropy{1};
  session chat_session{{.self = {7}}, entropy};
  time_point now{};
  const destination lobby = destination::room("lobby");
  const lane_id first_lane = destination_lane(1);
};

TEST_F(Session, WithoutAConnectionNothingIsSentAndNothingLost) {
  say(lobby, "hi");
  EXPECT_TRUE(sent().empty());
  EXPECT_EQ(chat_session.undecided(), 1U);
  connect();
  const auto all = sent();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(std::get<bind>(all[0].op).destination, "lobby");
  EXPECT_EQ(as_text(std::get<chat::say>(all[1].op).body), "hi");
  EXPECT_EQ(all[1].lane, first_lane);
}

TEST_F(Session, AOneShotRidesTheFirstFlight) {
  say(lobby, "hi");
  chat_session.join(lobby, {});
  chat_session.on_connecting(now, wall_time{milliseconds{5'000}});
  const auto early = sent();
  ASSERT_EQ(early.size(), 2U) << "no JOIN before the connection stands";
  EXPECT_TRUE(early[0].early && early[1].early);
  EXPECT_EQ(std::get<bind>(early[0].op).client_time, wall_time{milliseconds{5'000}});
  connect();
  const auto later = sent();
  ASSERT_EQ(later.size(), 1U);
  EXPECT_EQ(only<join>(later).size(), 1U);
  EXPECT_FALSE(later[0].early);
}

TEST_F(Session, NothingIsSaidBeforeTheNameIsAnswered) {
  say(lobby, "hi");
  chat_session.claim_name("anna", "anna-1234");
  chat_session.on_connecting(now, {});
  EXPECT_TRUE(sent().empty());
  connect();
  EXPECT_EQ(sent().size(), 1U);
  tell(control_lane, failed{0, refusal::name_taken, milliseconds{0}, "taken"});
  EXPECT_EQ(only<claim_name>(sent())[0].name, "anna-1234");
  tell(control_lane, named{"anna-1234"});
  EXPECT_EQ(only<chat::say>(sent()).size(), 1U);
}

TEST_F(Session, AKnownNameHoldsUpNothingOnLaterConnections) {
  chat_session.claim_name("anna", {});
  connect();
  sent();
  tell(control_lane, named{"anna"});
  chat_session.on_disconnected();
  say(lobby, "hi");
  chat_session.on_connecting(now, {});
  EXPECT_EQ(only<chat::say>(sent()).size(), 1U) << "early, as ever";
}

TEST_F(Session, WhatIsSaidAfterANewNameWaitsForIt) {
  connect();
  sent();
  chat_session.claim_name("anna", {});
  say(lobby, "hi");
  EXPECT_TRUE(only<chat::say>(sent()).empty());
  tell(control_lane, failed{0, refusal::name_taken, milliseconds{0}, "taken"});
  EXPECT_EQ(only<chat::say>(sent()).size(), 1U) << "under the old one then";
}

TEST_F(Session, TheOwnInboxIsNotAddressedEarly) {
  say(destination::own_inbox(), "note to self");
  chat_session.on_connecting(now, {});
  EXPECT_TRUE(sent().empty());
  connect();
  EXPECT_EQ(sent().size(), 2U);
}

TEST_F(Session, ACommitIsToldWithItsPlace) {
  const message_id id = say(lobby, "hi");
  connect();
  sent();
  now += milliseconds{25};
  ASSERT_TRUE(tell(first_lane, committed{0, log_position{42}, wall_time{milliseconds{9}}, false}));
  const auto told = events<message_committed>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].id, id);
  EXPECT_EQ(told[0].receipt.position, log_position{42});
  EXPECT_EQ(told[0].latency, milliseconds{25});
  EXPECT_EQ(chat_session.undecided(), 0U);
}

TEST_F(Session, WhatIsUndecidedIsSaidAgainWithTheSameKey) {
  say(lobby, "one");
  say(lobby, "two");
  connect();
  const auto before = sent();
  tell(first_lane, committed{0, log_position{1}, {}, false});
  chat_session.on_disconnected();
  connect();
  const auto after = sent();
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(std::get<bind>(after[0].op).outbox, std::get<bind>(before[0].op).outbox);
  EXPECT_EQ(std::get<bind>(after[0].op).floor, 1U);
  EXPECT_EQ(std::get<chat::say>(after[1].op), std::get<chat::say>(before[2].op));
}

TEST_F(Session, TwoSessionsNeverShareAnOutboxId) {
  session other{{.self = {7}}, entropy};
  other.say(lobby, body_kind::text, {'x'}, {}, now);
  other.on_connected(now, {});
  say(lobby, "x");
  connect();
  EXPECT_NE(std::get<bind>(*decode_client_op(other.poll_send(now)->payload)).outbox, only<bind>(sent())[0].outbox);
}

TEST_F(Session, ATemporaryRefusalIsSaidAgainBehindAFreshBind) {
  say(lobby, "one");
  say(lobby, "two");
  connect();
  sent();
  tell(first_lane, refused{0, refusal::rate, milliseconds{200}, "slow"});
  tell(first_lane, refused{1, refusal::busy, milliseconds{0}, "behind"});
  EXPECT_EQ(events<message_delayed>().size(), 2U);
  EXPECT_TRUE(sent().empty());
  EXPECT_EQ(chat_session.next_deadline(), at(200));
  now = at(200);
  chat_session.on_timeout(now);
  const auto again = sent();
  ASSERT_EQ(again.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<bind>(again[0].op));
  EXPECT_EQ(std::get<chat::say>(again[1].op).counter, 0U);
  EXPECT_EQ(std::get<chat::say>(again[2].op).counter, 1U);
}

TEST_F(Session, ARefusalForGoodIsAFate) {
  say(lobby, "one");
  connect();
  sent();
  tell(first_lane, refused{0, refusal::forbidden, milliseconds{0}, "no"});
  const auto told = events<message_refused>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].reason.text, "no");
  EXPECT_EQ(chat_session.undecided(), 0U);
}

TEST_F(Session, ARefusedDestinationRefusesWhatWasSaidToIt) {
  say(destination::person("nobody"), "one");
  say(destination::person("nobody"), "two");
  connect();
  sent();
  tell(first_lane, unbound{refusal::no_such, milliseconds{0}, "nobody here has that name"});
  EXPECT_EQ(events<message_refused>().size(), 2U);
  EXPECT_TRUE(sent().empty());
}

TEST_F(Session, ADestinationRefusedForNowIsTriedAgain) {
  say(lobby, "one");
  connect();
  sent();
  tell(first_lane, unbound{refusal::busy, milliseconds{0}, "later"});
  EXPECT_TRUE(sent().empty());
  now = *chat_session.next_deadline();
  chat_session.on_timeout(now);
  EXPECT_EQ(sent().size(), 2U);
}

TEST_F(Session, AConflictMovesToANewOutbox) {
  say(lobby, "one");
  connect();
  const auto before = sent();
  tell(first_lane, refused{0, refusal::conflict, milliseconds{0}, "other"});
  const auto after = sent();
  ASSERT_EQ(after.size(), 2U);
  EXPECT_NE(std::get<bind>(after[0].op).outbox, std::get<bind>(before[0].op).outbox);
  tell(first_lane, committed{0, log_position{1}, {}, false});
  EXPECT_EQ(events<message_committed>().size(), 1U);
}

TEST_F(Session, AnIdOfOnesOwnIsTheKey) {
  const outbox_id own{1, 2, 3};
  say(lobby, "one", {.outbox = own});
  say(lobby, "other");
  connect();
  const auto all = sent();
  EXPECT_EQ(only<bind>(all).size(), 2U) << "a lane of its own";
  EXPECT_EQ(only<bind>(all)[0].outbox, own);
  EXPECT_EQ(only<chat::say>(all)[0].counter, 0U);
}

TEST_F(Session, ADeadlineEndsTheWaitWithAnUnknownFate) {
  const message_id early = say(lobby, "one", {.deadline = at(500)});
  const message_id never_sent = say(destination::own_inbox(), "two", {.deadline = at(500)});
  chat_session.on_connecting(now, {});
  sent();
  EXPECT_EQ(chat_session.next_deadline(), at(500));
  now = at(500);
  chat_session.on_timeout(now);
  const auto told = events<message_expired>();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].id, early);
  EXPECT_TRUE(told[0].was_sent);
  EXPECT_EQ(told[1].id, never_sent);
  EXPECT_FALSE(told[1].was_sent);
  EXPECT_FALSE(chat_session.next_deadline());
}

TEST_F(Session, AfterThirtyDaysAMessageExpiresLoudly) {
  say(lobby, "one");
  now += outbox_lifetime;
  chat_session.on_timeout(now);
  EXPECT_EQ(events<message_expired>().size(), 1U);
}

TEST_F(Session, TheOutboxHasABoundAndSaysSo) {
  for (std::size_t i = 0; i < outbox_limits{}.messages_max; ++i) say(lobby, "x");
  EXPECT_EQ(chat_session.say(lobby, body_kind::text, {'x'}, {}, now),
            tl::unexpected(make_error_code(errc::queue_full)));
  connect();
  sent();
  tell(first_lane, committed{0, log_position{1}, {}, false});
  EXPECT_TRUE(chat_session.say(lobby, body_kind::text, {'x'}, {}, now).has_value());
}

TEST_F(Session, TheOutboxHoldsSixteenMebibytes) {
  const bytes large(body_bytes_max);
  std::size_t count = 0;
  while (chat_session.say(lobby, body_kind::bytes, large, {}, now)) ++count;
  EXPECT_EQ(count, outbox_limits{}.bytes_max / body_bytes_max);
}

TEST_F(Session, WhatCannotBeSentIsRefusedAtOnce) {
  EXPECT_EQ(chat_session.say(lobby, body_kind::bytes, bytes(body_bytes_max + 1), {}, now),
            tl::unexpected(make_error_code(errc::message_too_big)));
  EXPECT_EQ(chat_session.say(lobby, body_kind::text, {0xff}, {}, now), tl::unexpected(make_error_code(errc::bad_text)));
  for (std::uint64_t i = 0; i < lane_table::lanes_max; ++i) {
    ASSERT_TRUE(chat_session.join(destination::room(std::to_string(i)), {}));
  }
  EXPECT_EQ(chat_session.say(lobby, body_kind::text, {'x'}, {}, now),
            tl::unexpected(make_error_code(errc::queue_full)));
}

TEST_F(Session, ManyMessagesKeepTheFloorTold) {
  connect();
  relay_model relay{1};  // asserts that no counter is above the floor by more than 1,024
  relay_model::link link;
  for (int i = 0; i < 5'000; ++i) {
    say(lobby, "x");
    while (auto next = chat_session.poll_send(now)) link.up.emplace_back(next->lane, next->payload);
    if (i % 300 != 0) continue;
    while (!link.up.empty()) relay.take_up(link);
    for (const auto& [lane, payload] : link.down) ASSERT_TRUE(chat_session.on_message(lane, payload, now));
    link.down.clear();
  }
  EXPECT_GT(relay.log_of(lobby).rows.size(), 4'000U);
}

TEST_F(Session, ReadingGoesOnFromTheCursor) {
  chat_session.join(lobby, {.backlog_max = 10});
  connect();
  EXPECT_EQ(only<join>(sent())[0].from, std::nullopt);
  tell(first_lane, bound{{5}, log_position{3}, "lobby"});
  tell(first_lane, entry{.position = log_position{3}, .sender = {7}, .chain = {1}, .body = {}});
  const auto shown = events<entry_received>();
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_TRUE(shown[0].own);
  EXPECT_EQ(shown[0].place(), (cursor{{5}, log_position{3}, {1}}));
  chat_session.on_disconnected();
  connect();
  EXPECT_EQ(only<join>(sent())[0].from, shown[0].place());
  EXPECT_EQ(chat_session.cursor_of(lobby), shown[0].place());
}

TEST_F(Session, JoiningWhatIsAlreadySpokenToKeepsTheLogInTheCursor) {
  say(lobby, "first");
  connect();
  sent();
  tell(first_lane, bound{{5}, log_position{3}, "lobby"});
  chat_session.join(lobby, {});
  EXPECT_EQ(only<join>(sent()).size(), 1U);  // no further BOUND will come
  tell(first_lane, live{log_position{3}, {1}, false});
  EXPECT_EQ(chat_session.cursor_of(lobby), (cursor{{5}, log_position{3}, {1}}));
}

TEST_F(Session, WhatWasTakenOverIsToldTogetherWhereTheRelayAsks) {
  chat_session.join(lobby, {});
  connect();
  sent();
  tell(first_lane, bound{{5}, log_position{3}, "lobby"});
  tell(first_lane, live{log_position{3}, {1}, true});
  for (std::uint64_t i = 4; i <= 9; ++i) tell(first_lane, entry{.position = log_position{i}});
  EXPECT_TRUE(only<taken>(sent()).empty()) << "more may come";
  ASSERT_TRUE(chat_session.next_deadline());
  now = *chat_session.next_deadline();
  chat_session.on_timeout(now);
  EXPECT_FALSE(chat_session.next_deadline()) << "no timer for what a connection may not take for minutes";
  const auto reports = only<taken>(sent());
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].position, log_position{9});
  EXPECT_TRUE(only<taken>(sent()).empty());
}

TEST_F(Session, WhatWasTakenOverIsToldNobodyWhoDidNotAsk) {
  chat_session.join(lobby, {});
  connect();
  sent();
  tell(first_lane, bound{{5}, log_position{3}, "lobby"});
  tell(first_lane, live{log_position{3}, {1}, false});
  tell(first_lane, entry{.position = log_position{4}});
  now += std::chrono::seconds{1};
  chat_session.on_timeout(now);
  EXPECT_TRUE(only<taken>(sent()).empty());
}

TEST_F(Session, GapsAndEpochsAreTold) {
  chat_session.join(lobby, {.from = cursor{{5}, log_position{3}, {1}}});
  connect();
  sent();
  tell(first_lane, bound{{5}, log_position{9}, "lobby"});
  tell(first_lane, gap{log_position{4}, log_position{6}, 0});
  tell(first_lane, entry{.position = log_position{8}});
  const auto gaps = events<gap_found>();
  ASSERT_EQ(gaps.size(), 2U);
  EXPECT_EQ(gaps[1].missing, (gap{log_position{7}, log_position{7}, 0})) << "the relay did not tell this one";
  tell(first_lane, new_epoch{{6}, log_position{1}});
  EXPECT_EQ(events<epoch_changed>().size(), 1U);
  tell(first_lane, entry{.position = log_position{1}});
  EXPECT_EQ(events<entry_received>().size(), 1U);
}

TEST_F(Session, AfterLeavingAndJoiningAgainOldEntriesAreNotTakenForNewOnes) {
  chat_session.join(lobby, {});
  connect();
  sent();
  tell(first_lane, bound{{5}, log_position{3}, "lobby"});
  tell(first_lane, live{log_position{3}, {}, false});
  chat_session.leave(lobby);
  EXPECT_EQ(only<leave>(sent()).size(), 1U);
  tell(first_lane, entry{.position = log_position{4}});
  chat_session.join(lobby, {});
  const auto again = sent();
  ASSERT_EQ(again.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<bind>(again[0].op));
  EXPECT_TRUE(std::holds_alternative<join>(again[1].op));
  tell(first_lane, entry{.position = log_position{5}});  // of the first JOIN
  EXPECT_TRUE(events<entry_received>().empty());
  tell(first_lane, bound{{5}, log_position{7}, "lobby"});
  tell(first_lane, live{log_position{7}, {}, false});
  tell(first_lane, entry{.position = log_position{8}});
  EXPECT_TRUE(events<gap_found>().empty());
}

TEST_F(Session, JoiningAgainEndsTheFirstJoinBeforeTheFence) {
  chat_session.join(lobby, {});
  connect();
  sent();
  tell(first_lane, bound{{5}, log_position{3}, "lobby"});
  chat_session.join(lobby, {});
  const auto again = sent();
  ASSERT_EQ(again.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<chat::leave>(again[0].op));
  EXPECT_TRUE(std::holds_alternative<bind>(again[1].op));
  EXPECT_TRUE(std::holds_alternative<join>(again[2].op));
}

TEST_F(Session, JoinAndLeaveBeforeAnythingWasSentCostNothing) {
  chat_session.join(lobby, {});
  chat_session.leave(lobby);
  connect();
  EXPECT_TRUE(sent().empty());
}

TEST_F(Session, AJoinRefusedForNowIsTriedAgain) {
  chat_session.join(lobby, {});
  connect();
  sent();
  tell(first_lane, failed{0, refusal::busy, milliseconds{0}, "the log could not be read"});
  EXPECT_TRUE(events<join_refused>()[0].is_retried);
  now += seconds{1};
  chat_session.on_timeout(now);
  EXPECT_EQ(only<join>(sent()).size(), 1U);
  tell(first_lane, failed{0, refusal::forbidden, milliseconds{0}, "no"});
  EXPECT_FALSE(events<join_refused>()[0].is_retried);
  EXPECT_FALSE(chat_session.next_deadline());
}

TEST_F(Session, HistoryComesWholeAcrossConnections) {
  const auto request = *chat_session.ask_history(lobby, {.mode = history_mode::after, .limit = 50});
  connect();
  EXPECT_EQ(only<history>(sent())[0].request, request.value);
  tell(first_lane, entry{.position = log_position{1}, .request = request.value});
  chat_session.on_disconnected();
  connect();
  EXPECT_EQ(only<history>(sent()).size(), 1U);
  EXPECT_TRUE(events<history_page>().empty());
  tell(first_lane, gap{log_position{1}, log_position{4}, request.value});
  for (std::uint64_t i = 5; i <= 7; ++i) tell(first_lane, entry{.position = log_position{i}, .request = request.value});
  tell(first_lane, history_end{request.value, true});
  const auto pages = events<history_page>();
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_EQ(pages[0].request, request);
  EXPECT_EQ(pages[0].entries.size(), 3U);
  EXPECT_EQ(pages[0].gaps.size(), 1U);
  EXPECT_TRUE(pages[0].more);
}

TEST_F(Session, ARelayCannotMakeAPageGrowWithoutEnd) {
  const auto request = *chat_session.ask_history(lobby, {.limit = 50});
  connect();
  sent();
  for (std::uint64_t i = 1; i <= request_list::entries_max + 5; ++i) {
    tell(first_lane, entry{.position = log_position{i}, .request = request.value});
  }
  tell(first_lane, history_end{request.value, false});
  const auto pages = events<history_page>();
  EXPECT_EQ(pages[0].entries.size(), request_list::entries_max);
  EXPECT_TRUE(pages[0].more);
}

TEST_F(Session, ListsComeWholeOrNotAtAll) {
  const auto people = *chat_session.ask_who(lobby);
  const auto list = *chat_session.ask_rooms();
  connect();
  sent();
  tell(first_lane, person{people.value, "anna", {1}});
  chat_session.on_disconnected();
  connect();
  sent();
  tell(first_lane, person{people.value, "anna", {1}});
  tell(first_lane, list_end{people.value});
  tell(control_lane, room_info{list.value, "lobby", 3});
  tell(control_lane, list_end{list.value});
  EXPECT_EQ(events<people_listed>()[0].people.size(), 1U);
  const auto again = *chat_session.ask_rooms();
  sent();
  tell(control_lane, failed{again.value, refusal::busy, milliseconds{0}, "no"});
  EXPECT_EQ(events<request_failed>().size(), 1U);
}

TEST_F(Session, UnansweredRequestsAreBounded) {
  for (std::size_t i = 0; i < session_config{}.requests_max; ++i) ASSERT_TRUE(chat_session.ask_who(lobby));
  EXPECT_FALSE(chat_session.ask_who(lobby));
}

TEST_F(Session, ANameIsAskedForOnEveryConnection) {
  chat_session.claim_name("anna", {});
  for (int i = 0; i < 2; ++i) {
    connect();
    EXPECT_EQ(only<claim_name>(sent()).size(), 1U);
    tell(control_lane, named{"anna"});
    EXPECT_EQ(events<name_given>().size(), 1U);
    chat_session.on_disconnected();
  }
  EXPECT_EQ(chat_session.name(), "anna");
}

TEST_F(Session, TheFallbackIsAskedForWhereTheNameIsRefused) {
  chat_session.claim_name("anna", "anna-1234");
  connect();
  sent();
  tell(control_lane, failed{0, refusal::name_taken, milliseconds{0}, "taken"});
  EXPECT_EQ(events<name_refused>()[0].name, "anna");
  EXPECT_EQ(only<claim_name>(sent())[0].name, "anna-1234");
  tell(control_lane, failed{0, refusal::name_taken, milliseconds{0}, "taken"});
  EXPECT_TRUE(sent().empty());
}

TEST_F(Session, DrainedIsToldWhenTheLastMessageIsDecided) {
  say(lobby, "one");
  say(lobby, "two");
  connect();
  sent();
  tell(first_lane, committed{0, log_position{1}, {}, false});
  EXPECT_TRUE(events<drained>().empty());
  tell(first_lane, committed{1, log_position{2}, {}, false});
  EXPECT_EQ(events<drained>().size(), 1U);
  EXPECT_TRUE(chat_session.is_drained());
}

TEST_F(Session, WhatIsAgainstTheProtocolIsToldApart) {
  chat_session.join(lobby, {});
  connect();
  sent();
  EXPECT_FALSE(chat_session.on_message(first_lane, bytes{0xff}, now));
  EXPECT_FALSE(tell(destination_lane(9), live{}));
  EXPECT_FALSE(tell(first_lane, named{"x"}));
  EXPECT_FALSE(tell(control_lane, live{}));
  EXPECT_FALSE(tell(control_lane, named{"unasked"}));
  EXPECT_FALSE(tell(first_lane, gap{log_position{5}, log_position{4}, 0}));
  EXPECT_TRUE(tell(first_lane, committed{77, log_position{1}, {}, false})) << "a fate that was told before";
}

TEST_F(Session, WhatAFullConnectionGivesBackGoesOutFirst) {
  say(lobby, "one");
  connect();
  auto first = *chat_session.poll_send(now);
  const bytes payload = first.payload;
  chat_session.put_back(std::move(first));
  EXPECT_EQ(chat_session.poll_send(now)->payload, payload);
  chat_session.put_back(*chat_session.poll_send(now));
  chat_session.on_disconnected();
  connect();
  EXPECT_EQ(sent().size(), 2U) << "BIND and SAY once each";
}

}  // namespace
}  // namespace tern::proto::chat
