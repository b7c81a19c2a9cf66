// The way to a relay where things go wrong: keys, names, addresses, choices made at bad moments.
// Real endpoints in virtual time; how it behaves over bad links is tests/sim/route_sim_test.
#include "proto/error.hpp"
#include "tests/udp/route/route_world.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace tern::udp::test {
namespace {

constexpr auto round_trip = 2 * one_way;
using proto::errc;

class RelayRoute : public testing::Test {
 protected:
  // On UDP, or on TCP where `by` says so.
  void connect(transport by = transport::udp, proto::duration limit = 5s) {
    if (by == transport::tcp) {
      for (auto* each : hosts) each->udp = answer::silent;
    }
    world.start();
    ASSERT_TRUE(world.run_until_on(by, limit));
  }
  host& add(std::uint8_t last_octet) { return *hosts.emplace_back(&world.add(last_octet)); }
  host& add_wrong(std::uint8_t last_octet) { return *hosts.emplace_back(&world.add(last_octet, world.other_key)); }
  // Nothing is heard any more; the connection notices once something is outstanding.
  void fall_silent(host& at) {
    at.udp = at.tcp = answer::silent;
    world.stall_streams(true);
    world.say("anyone there?");
    ASSERT_TRUE(world.run_until([&] { return world.count("silent") > 0; }, 30s));
  }

  route_world world;
  std::vector<host*> hosts;
};

// ---- keys

TEST_F(RelayRoute, OfTwoRelaysTheOneThatWasTrustedIsMeant) {
  host& first = add(1);
  first.udp = answer::silent;  // so that both are asked for their keys at once
  add_wrong(2).tcp = answer::refused;
  world.options.relay_key.reset();
  world.options.trust = [&](const key_question& asked) {
    first.tcp = answer::silent;
    world.stall_streams(true);
    return asked.offered == world.key->public_part();
  };
  std::vector<proto::public_key> complained;
  world.options.on_wrong_key = [&](const key_question& asked) { complained.push_back(asked.offered); };
  world.start();
  EXPECT_TRUE(world.run_until([&] { return world.count("failed") > 0; }, 120s));
  EXPECT_EQ(world.failure, make_error_code(errc::wrong_key));
  EXPECT_EQ(complained, std::vector{world.other_key->public_part()});
}

TEST_F(RelayRoute, AnAnnouncedKeyIsToldAndUsedFromThenOn) {
  host& relay = add(1);
  relay.restart([this](proto::endpoint_config& config) { config.next_key = world.other_key; }, world.now());
  std::vector<key_question> told;
  world.options.on_next_key = [&](const key_question& announced) { told.push_back(announced); };
  connect();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].known, world.key->public_part());
  EXPECT_EQ(told[0].offered, world.other_key->public_part());
  EXPECT_EQ(world.route().relay_key(), world.other_key->public_part());
  // The old key is gone for good.
  relay.restart(
      [this](proto::endpoint_config& config) {
        config.relay_key = world.other_key;
        config.next_key.reset();
      },
      world.now());
  world.run(10s);
  world.say("hello");
  EXPECT_TRUE(
      world.run_until([&] { return world.route().connection_count() == 2 && world.is_on(transport::udp); }, 5s));
  EXPECT_EQ(told.size(), 1U);
}

TEST_F(RelayRoute, AnInviteOpensAPrivateRelayByEitherTransport) {
  host& relay = add(1);
  relay.restart([](proto::endpoint_config& config) { config.is_private = true; }, world.now());
  const auto invited = [] { return proto::invite{proto::invite_id{{1}}, proto::secret<32>{}}; };
  std::vector<proto::invite> good;
  good.push_back(invited());
  relay.side().set_invites(std::move(good), world.now());
  world.options.invite = std::make_shared<const proto::invite>(invited());
  connect();
  relay.udp = answer::silent;
  world.say("anyone there?");
  EXPECT_TRUE(world.run_until_on(transport::tcp, 30s));
}

TEST_F(RelayRoute, APrivateRelayIsAsGoodAsNoneWithoutAnInvite) {
  host& relay = add(1);
  relay.restart([](proto::endpoint_config& config) { config.is_private = true; }, world.now());
  world.start();
  EXPECT_TRUE(world.run_until([&] { return world.count("failed") > 0; }, 120s));
  EXPECT_EQ(world.failure, make_error_code(errc::unreachable));
}

TEST_F(RelayRoute, ATokenIsKeptForTheNextConnection) {
  host& relay = add(1);
  connect();
  EXPECT_FALSE(world.token.empty());
  world.run(1s);
  relay.restart([](proto::endpoint_config& config) { config.admission.retry_rate = 0; }, world.now());
  world.say("hello");
  const auto began = world.now();
  ASSERT_TRUE(world.run_until([&] { return world.route().connection_count() == 2; }, 5s));
  EXPECT_EQ(world.now() - began, 2 * round_trip) << "one for RESET, one for the handshake";
  EXPECT_EQ(relay.side().counters().retries_sent, 0U);
}

TEST_F(RelayRoute, ARelayThatForgetsUsAgainAndAgainIsAskedWithPauses) {
  host& relay = add(1);
  connect();
  world.run(20s);
  for (int i = 0; i < 20; ++i) {
    relay.restart([](proto::endpoint_config&) {}, world.now());
    if (world.route().is_attached()) world.say("hello");
    world.run(300ms);
  }
  EXPECT_LE(world.route().connection_count(), 15U);
  EXPECT_GE(world.count("waiting"), 2U);
  EXPECT_TRUE(world.run_until_on(transport::udp, 60s));
}

TEST_F(RelayRoute, AWrongKeyAtOneAddressLeavesTheOthers) {
  host& wrong = add_wrong(1);
  wrong.udp = answer::silent;  // TCP shows the key, while UDP is still waited for
  host& right = add(2);
  right.udp = answer::silent;
  connect(transport::tcp);
  EXPECT_EQ(world.remote(), right.where);
  EXPECT_EQ(world.route().switch_count(), 0U) << "nothing served before";
}

TEST_F(RelayRoute, WhatWasAttachedAtAnAddressOfAWrongKeyIsGone) {
  host& wrong = add_wrong(1);
  wrong.udp = answer::silent;
  host& right = add(2);
  right.udp = right.tcp = answer::silent;
  world.start();
  ASSERT_TRUE(world.run_until([&] { return world.count("disconnected") > 0; }, 5s));
  EXPECT_FALSE(world.route().is_attached() && world.remote() == std::nullopt) << "to a connection that is no more";
}

TEST_F(RelayRoute, AWrongKeyWhileAConnectionServesIsNotTheEndOfIt) {
  host& relay = add(1);
  connect();
  relay.tcp = answer::refused;
  add_wrong(2).udp = answer::silent;
  world.run(1s);
  world.route().use(world.now(), transport_choice::tcp);
  world.run(10s);
  EXPECT_EQ(world.count("failed"), 0U);
  EXPECT_TRUE(world.is_on(transport::udp));
}

TEST_F(RelayRoute, AQuestionOfMinutesCostsNothingButThem) {
  add(1);
  world.options.relay_key.reset();
  int questions = 0;
  world.options.trust = [&](const key_question&) {
    ++questions;
    world.pass(3min);
    return true;
  };
  world.start();
  EXPECT_TRUE(world.run_until_on(transport::udp, 4min));
  EXPECT_EQ(questions, 1);
  EXPECT_EQ(world.count("failed"), 0U);
}

TEST_F(RelayRoute, AQuestionOfMinutesOverTcpToo) {
  add(1);
  world.options.relay_key.reset();
  int questions = 0;
  world.options.trust = [&](const key_question&) {
    ++questions;
    world.pass(3min);
    return true;
  };
  connect(transport::tcp, 4min);
  EXPECT_EQ(questions, 1);
  EXPECT_EQ(world.count("failed"), 0U);
}

TEST_F(RelayRoute, TheQuestionMayEndIt) {
  add(1);
  world.options.relay_key.reset();
  world.options.trust = [&](const key_question&) {
    world.route().close(world.now());
    return true;
  };
  world.start();
  world.run(5s);
  EXPECT_TRUE(world.route().is_closed());
  EXPECT_EQ(world.count("failed"), 0U);
  EXPECT_FALSE(world.route().next_deadline());
}

TEST_F(RelayRoute, TheQuestionMayEndItAndBeDenied) {
  add(1);
  world.options.relay_key.reset();
  world.options.trust = [&](const key_question&) {
    world.route().close(world.now());
    return false;
  };
  world.start();
  world.run(5s);
  EXPECT_EQ(world.count("failed"), 0U) << "who closed it need not be told";
}

TEST_F(RelayRoute, TheQuestionMayChangeTheTransport) {
  add(1);
  world.options.relay_key.reset();
  world.options.trust = [&](const key_question&) {
    world.route().use(world.now(), transport_choice::tcp);
    return true;
  };
  world.start();
  EXPECT_TRUE(world.run_until_on(transport::tcp, 5s));
}

// ---- names

TEST_F(RelayRoute, ANameThatNobodyKnowsAnyMoreLeavesTheAddressesKnown) {
  host& relay = add(1);
  connect();
  fall_silent(relay);
  world.is_name_known = false;
  world.run(30s);
  relay.tcp = answer::open;
  EXPECT_TRUE(world.run_until_on(transport::tcp, 40s)) << "where UDP is blocked, so are most name servers";
}

TEST_F(RelayRoute, ANameThatNobodyKnowsEndsIt) {
  world.is_name_known = false;
  world.start();
  world.run(1s);
  EXPECT_EQ(world.failure, std::make_error_code(std::errc::host_unreachable));
}

TEST_F(RelayRoute, ItMovesWithTheName) {
  host& old = add(1);
  connect();
  host& fresh = add(2);
  world.addresses = {fresh.where};
  old.udp = old.tcp = answer::silent;
  world.say("anyone there?");
  EXPECT_TRUE(world.run_until([&] { return world.remote() == fresh.where && world.is_on(transport::udp); }, 60s));
}

// ---- choices

TEST_F(RelayRoute, TheChoiceHoldsWhereASilentConnectionIsHeardAgain) {
  host& relay = add(1);
  connect();
  fall_silent(relay);
  world.route().use(world.now(), transport_choice::tcp);
  world.run(100ms);
  relay.udp = answer::open;
  ASSERT_TRUE(world.run_until([&] { return world.count("connected") == 2; }, 10s));
  EXPECT_TRUE(world.is_on(transport::udp)) << "make before break";
  relay.tcp = answer::open;
  EXPECT_TRUE(world.run_until_on(transport::tcp, 60s));
}

TEST_F(RelayRoute, WhoIsTurnedAwayForGoodDoesNotComeAgain) {
  host& relay = add(1);
  connect();
  relay.side().close(relay.clients.back(), proto::close_code::auth_failed, "revoked", world.now(), {});
  EXPECT_TRUE(world.run_until([&] { return world.failure == errc::refused; }, 5s));
  world.run(60s);
  EXPECT_EQ(relay.clients.size(), 1U);
}

TEST_F(RelayRoute, TheWayBackToUdpMayLeadToAnotherAddress) {
  add(1);
  host& other = add(2);
  connect(transport::tcp);
  ASSERT_EQ(world.remote(), hosts[0]->where);
  other.udp = answer::open;
  ASSERT_TRUE(world.run_until_on(transport::udp, 15s)) << "5 s to the address of TCP, 5 s more to the other one";
  EXPECT_EQ(world.remote(), other.where);
  EXPECT_EQ(world.verdicts.front(), false) << "UDP failed where TCP was";
}

TEST_F(RelayRoute, AChoiceThatCannotBeHadIsNoLoss) {
  host& relay = add(1);
  connect(transport::tcp);
  world.told.clear();
  world.route().use(world.now(), transport_choice::udp);
  world.run(3min);
  EXPECT_EQ(world.count("waiting"), 0U) << "messages go on over TCP";
  EXPECT_EQ(world.count("kept"), 1U) << "whoever chose is told, once";
  EXPECT_TRUE(world.is_on(transport::tcp));
  relay.udp = answer::open;
  EXPECT_TRUE(world.run_until_on(transport::udp, 60s));
}

TEST_F(RelayRoute, AChoiceTakenBackWhileTheNameIsAskedForChangesNothing) {
  host& relay = add(1);
  connect();
  relay.tcp = answer::refused;
  world.route().use(world.now(), transport_choice::tcp);
  const auto asked = world.resolved;
  ASSERT_TRUE(world.run_until([&] { return world.resolved > asked; }, 5s));
  world.run(30s);
  world.resolve_time = 3s;
  ASSERT_TRUE(world.run_until([&] { return world.is_resolving(); }, 60s));
  world.route().use(world.now(), transport_choice::udp);
  world.run(60s);
  EXPECT_TRUE(world.is_on(transport::udp));
  EXPECT_EQ(world.route().switch_count(), 0U);
}

TEST_F(RelayRoute, EveryChoiceAtEveryMomentEndsWhereItShould) {
  constexpr std::array choices{transport_choice::udp, transport_choice::tcp, transport_choice::automatic};
  for (const auto first : choices) {
    for (const auto second : choices) {
      for (auto at = 0ms; at < 600ms; at += 7ms) {
        SCOPED_TRACE(testing::Message() << static_cast<int>(first) << static_cast<int>(second) << ' ' << at.count());
        route_world each;
        each.add(1).tcp = answer::refused;
        each.add(2).udp = answer::silent;
        each.options.transport = first;
        each.resolve_time = 50ms;
        each.start();
        each.run(at);
        each.route().use(each.now(), second);
        const auto is_there = [&] {
          const auto by = each.carrier();
          return by && allows(second, *by);
        };
        ASSERT_TRUE(each.run_until(is_there, 30s));
        each.route().close(each.now());
        each.route().use(each.now(), first);
        each.run(1s);
        ASSERT_FALSE(each.route().next_deadline());
      }
    }
  }
}

TEST_F(RelayRoute, TcpChosenWhileTheNameOfASilentRelayIsAskedForStaysTcp) {
  host& relay = add(1);
  connect(transport::tcp);
  world.stall_streams(true);
  relay.tcp = answer::silent;
  world.resolve_time = 8s;
  world.say("anyone there?");
  ASSERT_TRUE(world.run_until([&] { return world.is_resolving(); }, 60s));
  world.route().use(world.now(), transport_choice::tcp);
  relay.udp = answer::open;
  world.run(7s);
  EXPECT_FALSE(world.is_on(transport::udp)) << "it is no longer looked for";
}

// ---- what is believed

TEST_F(RelayRoute, ForgedReportsAreNoStorm) {
  host& relay = add(1);
  connect();
  const auto before = world.route().connection_count();
  for (int i = 0; i < 100; ++i) {
    world.report_unreachable(relay.where);
    world.run(100ms);
  }
  EXPECT_LE(world.route().connection_count() - before, 3U) << "in ten seconds";
}

TEST_F(RelayRoute, AForgedReportDoesNotUnsettleAConnectionForGood) {
  host& relay = add(1);
  connect();
  relay.tcp = answer::refused;
  relay.takes_no_more = true;
  world.told.clear();
  world.report_unreachable(relay.where);
  for (int i = 0; i < 60; ++i) {
    world.say("still here");
    world.run(1s);
  }
  EXPECT_EQ(world.count("waiting"), 0U);
  EXPECT_EQ(world.told.back(), "connected");
  EXPECT_LE(world.resolved, 2U) << "the search ended: the connection is heard";
}

TEST_F(RelayRoute, WhatTheRelaySaidBeforeItServedIsRead) {
  host& relay = add(1);
  relay.greets = true;
  connect(transport::tcp);
  world.run(1s);
  EXPECT_EQ(world.heard, std::vector<std::string>{"welcome"});
  relay.udp = answer::open;
  ASSERT_TRUE(world.run_until_on(transport::udp, 30s));
  world.run(1s);
  EXPECT_EQ(world.heard, (std::vector<std::string>{"welcome", "welcome"}));
}

// ---- storms and flaps

TEST_F(RelayRoute, ARelayThatTakesLeaveOfEveryoneIsAskedMoreAndMoreRarely) {
  add(1).hangs_up = true;
  world.start();
  world.run(2min);
  EXPECT_LE(world.route().connection_count(), 25U);
}

TEST_F(RelayRoute, StreamsThatBreakSoonAreNoStorm) {
  add(1);
  hosts.front()->udp = answer::silent;
  bool is_due = false;
  world.on_told = [&](const std::string& what) {
    if (what == "connected") is_due = true;
  };
  world.start();
  for (const auto end = world.now() + 2min; world.now() < end;) {
    world.run_until([&] { return std::exchange(is_due, false); }, end - world.now());
    world.reset_streams();
  }
  EXPECT_LE(world.route().connection_count(), 25U);
}

TEST_F(RelayRoute, UdpThatFailsAgainAndAgainIsTriedMoreRarely) {
  host& relay = add(1);
  connect(transport::tcp);
  // Handshake and three round trips get through, nothing after them.
  world.on_told = [&](const std::string& what) {
    if (what == "connected") relay.udp = world.route().carrier() == transport::udp ? answer::silent : answer::open;
  };
  relay.udp = answer::open;
  for (int i = 0; i < 600; ++i) {
    if (world.route().is_attached()) world.say("word");
    world.run(1s);
  }
  EXPECT_LE(world.route().switch_count(), 30U) << "in ten minutes";
}

TEST_F(RelayRoute, ASilenceDuringASearchForTcpAloneLooksForUdpToo) {
  host& relay = add(1);
  host& other = add(2);
  relay.tcp = other.tcp = answer::silent;
  connect();
  relay.loses_every_second = true;
  ASSERT_TRUE(world.run_until(
      [&] {
        world.say("word");
        world.pass(50ms);
        return world.streams > 0;
      },
      60s))
      << "so much is lost that TCP is tried";
  relay.udp = answer::silent;
  EXPECT_TRUE(world.run_until([&] { return world.remote() == other.where && world.is_on(transport::udp); }, 4s));
}

// ---- what a relay speaks

TEST_F(RelayRoute, WhereUdpIsRefusedTcpStartsAtOnce) {
  add(1).udp = answer::refused;
  world.start();
  EXPECT_TRUE(world.run_until_on(transport::tcp, 3 * round_trip + 5ms));
}

TEST_F(RelayRoute, ARelayWithoutTcpIsNeverAskedForItWhereUdpAnswers) {
  add(1).tcp = answer::refused;
  connect();
  world.run(60s);
  EXPECT_EQ(world.streams, 0U);
}

TEST_F(RelayRoute, ThatTcpWonTheRaceIsRemembered) {
  add(1);
  connect(transport::tcp);
  EXPECT_EQ(world.verdicts, std::vector{false}) << "one message and a farewell have no time for more";
}

}  // namespace
}  // namespace tern::udp::test
