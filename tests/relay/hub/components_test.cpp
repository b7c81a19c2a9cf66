// The hub's small parts, each alone.
#include "relay/hub/afterlife.hpp"
#include "relay/hub/name_registry.hpp"
#include "relay/hub/outbox_gate.hpp"
#include "relay/hub/presence.hpp"
#include "relay/hub/rate_limit.hpp"
#include "relay/hub/reader.hpp"

#include <gmock/gmock.h>

namespace tern::relay {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

client_key key_of(std::uint8_t octet) {
  client_key key{};
  key.fill(octet);
  return key;
}

payload text(std::size_t size) { return std::make_shared<const proto::bytes>(size); }

TEST(RateLimit, AllowsABurstThenTheRate) {
  rate_limit limit{10, 3};
  proto::time_point now{1s};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(limit.wait(1, now), 0ns);
    limit.take(1, now);
  }
  EXPECT_EQ(limit.wait(1, now), 100ms);
  now += 99ms;
  EXPECT_EQ(limit.wait(1, now), 1ms);
  now += 1ms;
  EXPECT_EQ(limit.wait(1, now), 0ns);
}

TEST(RateLimit, DoesNotSaveUpMoreThanTheBurst) {
  rate_limit limit{10, 3};
  const proto::time_point later{1h};
  EXPECT_EQ(limit.wait(3, later), 0ns);
  EXPECT_EQ(limit.wait(4, later), 100ms);
}

TEST(RateLimit, IsNoLimitAtRateZero) {
  rate_limit limit{0, 0};
  limit.take(1'000'000, proto::time_point{});
  EXPECT_EQ(limit.wait(1'000'000, proto::time_point{}), 0ns);
}

TEST(RateLimit, IsIdleOnlyOnceItHasRecovered) {
  rate_limit limit{10, 3};
  limit.take(3, proto::time_point{1s});
  EXPECT_EQ(limit.idle_at(), proto::time_point{1s + 300ms});
}

TEST(Afterlife, ForgetsInTheOrderOfRecovery) {
  afterlife<int> gone;
  gone.enter(1, proto::time_point{3s});
  gone.enter(2, proto::time_point{1s});
  gone.enter(3, proto::time_point{2s});
  gone.leave(3);
  EXPECT_FALSE(gone.poll(proto::time_point{1s - 1ns}, 2));
  EXPECT_EQ(gone.poll(proto::time_point{1s}, 2)->key, 2);
  EXPECT_FALSE(gone.poll(proto::time_point{2s}, 2)) << "it came back";
  const auto last = gone.poll(proto::time_point{3s}, 2);
  EXPECT_EQ(last->key, 1);
  EXPECT_FALSE(last->is_early);
}

TEST(Afterlife, HoldsNoMoreThanItsMaximum) {
  afterlife<int> gone;
  for (int key = 1; key <= 3; ++key) gone.enter(key, proto::time_point{1s * key});
  const auto first = gone.poll(proto::time_point{}, 2);
  EXPECT_EQ(first->key, 1);
  EXPECT_TRUE(first->is_early);
  EXPECT_FALSE(gone.poll(proto::time_point{}, 2));
  EXPECT_EQ(gone.size(), 2U);
}

TEST(OutboxGate, LetsNothingOvertakeARefusedMessage) {
  outbox_gate gate;
  EXPECT_TRUE(gate.admit(5));
  gate.on_refused(5);
  EXPECT_FALSE(gate.admit(6));
  EXPECT_FALSE(gate.admit(7));
  EXPECT_TRUE(gate.admit(5));
  EXPECT_TRUE(gate.admit(6));
}

TEST(OutboxGate, StandsAtTheEarliestRefusal) {
  outbox_gate gate;
  gate.on_refused(6);
  gate.on_refused(5);
  gate.on_refused(7);
  EXPECT_FALSE(gate.admit(6));
  EXPECT_TRUE(gate.admit(5));
}

TEST(OutboxGate, OpensWhenTheClientGaveTheRefusedOneUp) {
  outbox_gate gate;
  gate.on_refused(5);
  gate.on_floor(5);
  EXPECT_FALSE(gate.admit(6));
  gate.on_floor(6);
  EXPECT_TRUE(gate.admit(6));
}

TEST(OutboxGate, IgnoresTheRefusalOfARepetition) {
  outbox_gate gate;
  EXPECT_TRUE(gate.admit(5));
  gate.on_floor(6);  // committed
  gate.on_refused(5);
  EXPECT_TRUE(gate.admit(6));
}

constexpr proto::wall_time morning{std::chrono::hours{24 * 20'000}};

TEST(NameRegistry, GivesANameToItsFirstClaimant) {
  name_registry names{{}, 10};
  EXPECT_EQ(names.claim(key_of(1), "anna", morning), claim_verdict::granted);
  EXPECT_EQ(names.claim(key_of(2), "anna", morning), claim_verdict::taken);  // reserved while it is being stored
  EXPECT_EQ(names.holder_of("anna"), std::nullopt);
  names.confirm(key_of(1), "anna", morning);
  EXPECT_EQ(names.claim(key_of(1), "anna", morning), claim_verdict::already_held);
  EXPECT_EQ(names.holder_of("anna"), key_of(1));
  EXPECT_EQ(names.name_of(key_of(1)), "anna");
}

TEST(NameRegistry, KeepsOneNameForEachKey) {
  name_registry names{{{"anna", key_of(1), morning}}, 10};
  EXPECT_EQ(names.claim(key_of(1), "ann", morning), claim_verdict::granted);
  EXPECT_EQ(names.holder_of("anna"), key_of(1));
  names.confirm(key_of(1), "ann", morning);
  EXPECT_EQ(names.holder_of("anna"), std::nullopt);
  EXPECT_EQ(names.claim(key_of(2), "anna", morning), claim_verdict::granted);
}

TEST(NameRegistry, FreesAClaimThatCouldNotBeStored) {
  name_registry names{{}, 10};
  EXPECT_EQ(names.claim(key_of(1), "anna", morning), claim_verdict::granted);
  names.withdraw(key_of(1), "anna");
  EXPECT_EQ(names.claim(key_of(2), "anna", morning), claim_verdict::granted);
}

TEST(NameRegistry, WithdrawsNoNameThatIsHeld) {
  name_registry names{{{"anna", key_of(1), morning}}, 10};
  names.withdraw(key_of(1), "anna");
  EXPECT_EQ(names.holder_of("anna"), key_of(1));
}

TEST(NameRegistry, RefusesReservedNames) {
  name_registry names{{}, 10};
  for (const auto* name : {"guest", "guest-1234", "guesthouse", "admin", "relay", "system"}) {
    EXPECT_EQ(names.claim(key_of(1), name, morning), claim_verdict::reserved) << name;
  }
}

TEST(NameRegistry, RefusesWhatLooksLikeANameThatIsTaken) {
  name_registry names{{{"moira", key_of(1), morning}}, 10};
  for (const auto* name : {"m0ira", "rnoira", "mo1ra", "mo-ira", "molra"}) {
    EXPECT_EQ(names.claim(key_of(2), name, morning), claim_verdict::looks_taken) << name;
  }
  EXPECT_EQ(names.claim(key_of(2), "moira2", morning), claim_verdict::granted);
  EXPECT_EQ(names.claim(key_of(3), "m-oira2", morning), claim_verdict::looks_taken) << "while it is being stored";
  EXPECT_EQ(names.claim(key_of(1), "m0ira", morning), claim_verdict::granted) << "one's own";
  names.confirm(key_of(1), "anna", morning);
  EXPECT_EQ(names.claim(key_of(4), "mo1ra", morning), claim_verdict::looks_taken) << "m0ira is still being stored";
  names.withdraw(key_of(1), "m0ira");
  EXPECT_EQ(names.claim(key_of(4), "mo1ra", morning), claim_verdict::granted) << "nobody is called so any more";
}

TEST(NameRegistry, RefusesWhatLooksReserved) {
  name_registry names{{}, 10};
  for (const auto* name : {"adm1n", "re-lay", "sy5tem", "gue5t-1234"}) {
    EXPECT_EQ(names.claim(key_of(1), name, morning), claim_verdict::reserved) << name;
  }
}

TEST(NameRegistry, FreesANameWhoseKeyWasNotSeenFor180Days) {
  name_registry names{{{"anna", key_of(1), morning}, {"ben", key_of(2), morning}}, 2};
  EXPECT_EQ(names.see(key_of(2), morning + name_seen_precision), "ben");
  EXPECT_EQ(names.see(key_of(2), morning + name_seen_precision), std::nullopt) << "known already";
  EXPECT_EQ(names.see(key_of(3), morning), std::nullopt) << "a guest";
  EXPECT_EQ(names.claim(key_of(3), "anna", morning + name_life), claim_verdict::taken);
  const auto later = morning + name_life + std::chrono::milliseconds{1};
  EXPECT_EQ(names.claim(key_of(3), "b3n", later), claim_verdict::too_many);
  EXPECT_EQ(names.claim(key_of(3), "ben", later), claim_verdict::taken);
  EXPECT_EQ(names.claim(key_of(3), "anna", later), claim_verdict::granted);
  EXPECT_EQ(names.claim(key_of(4), "anna", later), claim_verdict::taken);
  names.confirm(key_of(3), "anna", later);
  EXPECT_EQ(names.holder_of("anna"), key_of(3));
  EXPECT_EQ(names.name_of(key_of(1)), "guest-0101");
}

TEST(NameRegistry, LeavesANameToItsKeyHoweverIdleItWas) {
  name_registry names{{{"anna", key_of(1), morning}}, 2};
  EXPECT_EQ(names.claim(key_of(1), "anna", morning + 2 * name_life), claim_verdict::already_held);
}

TEST(NameRegistry, HoldsNoMoreThanItsMaximum) {
  name_registry names{{{"a", key_of(1), morning}, {"b", key_of(2), morning}}, 2};
  EXPECT_EQ(names.claim(key_of(3), "c", morning), claim_verdict::too_many);
}

TEST(NameRegistry, CallsAKeyWithoutANameAGuest) {
  const name_registry names{{}, 10};
  EXPECT_EQ(names.name_of(key_of(0xa7)), "guest-a7a7");
}

TEST(Presence, TellsWhoComesAndGoesInOneBatch) {
  presence people;
  people.join(key_of(1), proto::time_point{1s});
  people.join(key_of(2), proto::time_point{1s + 100ms});
  EXPECT_EQ(people.deadline(), proto::time_point{1s} + presence_interval);
  EXPECT_EQ(people.take_batch().size(), 2U);
  EXPECT_EQ(people.deadline(), std::nullopt);
}

TEST(Presence, CountsAPersonOnceHoweverManyConnections) {
  presence people;
  people.join(key_of(1), {});
  people.join(key_of(1), {});
  EXPECT_EQ(people.take_batch().size(), 1U);
  people.leave(key_of(1), {});
  EXPECT_TRUE(people.take_batch().empty());
  people.leave(key_of(1), {});
  EXPECT_EQ(people.take_batch().size(), 1U);
}

TEST(Presence, DoesNotTellOfAShortAbsence) {
  presence people;
  people.join(key_of(1), {});
  (void)people.take_batch();
  people.leave(key_of(1), {});
  people.join(key_of(1), {});
  EXPECT_TRUE(people.take_batch().empty());
}

TEST(Presence, DoesNotTellOfAShortVisit) {
  presence people;
  people.join(key_of(1), {});
  people.leave(key_of(1), {});
  EXPECT_TRUE(people.take_batch().empty());
}

TEST(Presence, RemembersARenameOverAShortAbsence) {
  presence people;
  people.join(key_of(1), {});
  (void)people.take_batch();
  people.rename(key_of(1), "old", {});
  people.leave(key_of(1), {});
  people.join(key_of(1), {});
  const auto batch = people.take_batch();
  ASSERT_EQ(batch.size(), 1U);
  EXPECT_EQ(batch[0].what, presence_event::renamed);
  EXPECT_EQ(batch[0].former_name, "old");
}

TEST(Presence, IgnoresTheRenameOfSomeoneElsewhere) {
  presence people;
  people.rename(key_of(1), "old", {});
  EXPECT_EQ(people.deadline(), std::nullopt);
}

TEST(Reader, AsksForPagesUpToTheHeadAndThenIsLive) {
  reader source{log_position{3}};
  EXPECT_FALSE(source.try_live(log_position{5}));
  const auto wish = source.poll_page(log_position{5}, request_tag{1});
  ASSERT_TRUE(wish.has_value());
  EXPECT_EQ(wish->first, log_position{3});
  EXPECT_EQ(wish->last, log_position{5});
  EXPECT_FALSE(source.poll_page(log_position{5}, request_tag{2}).has_value());
  EXPECT_EQ(source.on_page(log_position{1}), std::nullopt);
  for (std::uint64_t i = 3; i <= 5; ++i) source.push(log_position{i}, text(10));
  EXPECT_TRUE(source.try_live(log_position{5}));
}

TEST(Reader, TellsTheGapBeforeWhatIsStillThere) {
  reader source{log_position{3}};
  (void)source.poll_page(log_position{9}, request_tag{1});
  const auto gap = source.on_page(log_position{7});
  ASSERT_TRUE(gap.has_value());
  EXPECT_EQ(gap->first, log_position{3});
  EXPECT_EQ(gap->last, log_position{6});
  EXPECT_EQ(source.next(), log_position{7});
}

TEST(Reader, GoesOnByPagesAfterItFellBehind) {
  reader source{log_position{1}};
  ASSERT_TRUE(source.try_live(log_position{0}));
  source.push(log_position{1}, text(60));
  EXPECT_FALSE(source.poll_page(log_position{1}, request_tag{1}).has_value());
  source.fall_behind();
  EXPECT_EQ(source.queued_bytes(), 60U);
  const auto wish = source.poll_page(log_position{3}, request_tag{1});
  ASSERT_TRUE(wish.has_value());
  EXPECT_EQ(wish->first, log_position{2});
}

}  // namespace
}  // namespace tern::relay
