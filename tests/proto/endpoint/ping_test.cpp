#include "proto/connection/ping_book.hpp"
#include "tests/proto/endpoint/pair.hpp"

#include <gtest/gtest.h>
#include <map>
#include <set>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

struct PingTest : testing::Test {
  PingTest() : link(1, 25ms), client_side(link.connect()) {
    EXPECT_TRUE(link.run_until([&] { return pair::find<validated>(link.relay_events()) != nullptr; }));
    link.run_for(1s);
    link.client_events().clear();
  }
  ping_id ping() { return link.client().ping(client_side, link.now()).value(); }
  template <class Event>
  std::vector<Event> told() {
    std::vector<Event> found;
    for (const auto& event : link.client_events())
      if (const auto* one = std::get_if<Event>(&event)) found.push_back(*one);
    return found;
  }
  pair link;
  connection_handle client_side;
};

TEST_F(PingTest, IsAnsweredAfterOneRoundTrip) {
  const ping_id asked = ping();
  link.run_for(1s);
  const auto answers = told<ping_answered>();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].id, asked);
  EXPECT_EQ(answers[0].round_trip, 50ms);
}

TEST_F(PingTest, LostOnTheWayThereIsNeitherReachedNorAnsweredNorSentAgain) {
  link.to_relay = [](bytes&) { return false; };
  const ping_id lost = ping();
  link.drain();
  link.to_relay = [](bytes&) { return true; };
  EXPECT_TRUE(told<ping_lost>().empty()) << "not known yet";
  link.run_for(5s);
  ASSERT_EQ(told<ping_lost>().size(), 1U);
  EXPECT_EQ(told<ping_lost>()[0].id, lost);
  EXPECT_TRUE(told<ping_reached>().empty());
  EXPECT_TRUE(told<ping_answered>().empty());
}

TEST_F(PingTest, LostOnTheWayBackIsReachedAsSoonAsALaterAckSaysSo) {
  const ping_id lost = ping();
  link.to_client = [](bytes&) { return false; };
  link.run_for(60ms);
  link.to_client = [](bytes&) { return true; };
  const ping_id heard = ping();
  link.run_for(1s);
  ASSERT_EQ(told<ping_answered>().size(), 1U);
  EXPECT_EQ(told<ping_answered>()[0].id, heard);
  const auto reached = told<ping_reached>();
  EXPECT_TRUE(std::any_of(reached.begin(), reached.end(), [&](const ping_reached& one) { return one.id == lost; }));
}

TEST_F(PingTest, OnlySoManyWaitToLeave) {
  for (std::size_t i = 0; i < ping_book::due_max; ++i) ping();
  EXPECT_EQ(link.client().ping(client_side, link.now()).error(), make_error_code(errc::queue_full));
  link.run_for(1s);
  EXPECT_EQ(told<ping_answered>().size(), ping_book::due_max);
  EXPECT_EQ(link.client().ping(connection_handle{77}, link.now()).error(), make_error_code(errc::closed));
}

TEST_F(PingTest, AnAcknowledgmentThatComesLateCorrectsWhatWasSaid) {
  bytes held;
  link.to_relay = [&](bytes& datagram) {
    if (!held.empty()) return true;
    held = datagram;
    return false;
  };
  ping();
  ASSERT_TRUE(link.run_until([&] { return !told<ping_lost>().empty(); }));
  link.inject_to_relay(held, link.client_path);
  link.run_for(1s);
  EXPECT_EQ(told<ping_reached>().size(), 1U);
  ASSERT_EQ(told<ping_answered>().size(), 1U);
  EXPECT_GT(told<ping_answered>()[0].round_trip, 50ms);
}

TEST_F(PingTest, TheRelayMayAskToo) {
  ASSERT_TRUE(link.relay().ping(*link.accepted_handle(), link.now()));
  link.run_for(1s);
  EXPECT_EQ(pair::count<ping_answered>(link.relay_events()), 1U);
}

TEST_F(PingTest, NothingIsToldOfPongsToTheConnectionsOwnPings) {
  link.relay().keep_alive(*link.accepted_handle(), true, link.now());
  link.run_for(40s);
  EXPECT_EQ(pair::count<ping_answered>(link.relay_events()), 0U);
  EXPECT_EQ(pair::count<ping_reached>(link.relay_events()), 0U);
}

TEST_F(PingTest, TheyKeepToTheWindowWhileNothingComesBack) {
  link.to_client = [](bytes&) { return false; };
  std::size_t asked = 0;
  for (int turns = 0; turns < 2000; ++turns) {
    asked += link.client().ping(client_side, link.now()).has_value() ? 1U : 0U;
    link.drain();
  }
  const auto statistics = link.client().statistics(client_side);
  EXPECT_LE(statistics->bytes_in_flight, statistics->congestion_window);
  EXPECT_GT(asked, 200U);
  EXPECT_LT(asked, 500U);
}

// Loss drawn for each direction by itself: what is told about each ping is what the wire did to it. A ping is alone in
// its packet, as nothing else is to be sent then.
TEST_F(PingTest, DrawnLossIsToldForTheRightDirection) {
  random chance{17};
  std::optional<ping_id> leaving;
  std::map<ping_id, bool> passed;
  link.to_relay = [&](bytes&) {
    const bool passes = !chance.chance(0.1);
    if (leaving) passed[*std::exchange(leaving, std::nullopt)] = passes;
    return passes;
  };
  link.to_client = [&](bytes&) { return !chance.chance(0.2); };
  constexpr std::size_t pings = 2000;
  for (std::size_t i = 0; i < pings; ++i) {
    leaving = ping();
    link.run_for(1s);
  }
  link.to_relay = link.to_client = [](bytes&) { return true; };
  link.run_for(20s);

  std::set<ping_id> lost;
  std::set<ping_id> reached;
  for (const auto& one : told<ping_lost>()) lost.insert(one.id);
  for (const auto& one : told<ping_reached>()) reached.insert(one.id);
  for (const auto& one : told<ping_answered>()) reached.insert(one.id);
  ASSERT_EQ(passed.size(), pings);
  for (const auto& [id, has_passed] : passed) {
    EXPECT_EQ(reached.contains(id), has_passed);
    EXPECT_EQ(lost.contains(id), !has_passed);
  }
  EXPECT_NEAR(static_cast<double>(lost.size()), 200, 50);
  EXPECT_NEAR(static_cast<double>(reached.size() - told<ping_answered>().size()), 360, 60);
}

TEST(PingBook, ForgetsTheOldestAndBelievesAnAnswerOnce) {
  ping_book book;
  for (std::uint64_t id = 1; id <= ping_book::unanswered_max + 1; ++id) {
    ASSERT_TRUE(book.ask(ping_id{id}));
    book.on_sent(time_point{1s});
  }
  EXPECT_EQ(book.on_pong(time_point{2s}, ping_id{1}), std::nullopt) << "forgotten";
  EXPECT_TRUE(book.on_acked(ping_id{2}));
  EXPECT_FALSE(book.on_acked(ping_id{2}));
  EXPECT_EQ(book.on_pong(time_point{2s}, ping_id{2}), duration{1s});
  EXPECT_EQ(book.on_pong(time_point{2s}, ping_id{2}), std::nullopt);
  EXPECT_FALSE(book.on_acked(ping_id{2})) << "answered: it is known to have reached";
}

TEST(PingBook, TheIdTravelsBigEndian) {
  const ping_id id{0x0102030405060708};
  EXPECT_EQ(ping_octets(id), (byte_array<8>{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(ping_id_of(ping_octets(id)), id);
}

}  // namespace
}  // namespace tern::proto
