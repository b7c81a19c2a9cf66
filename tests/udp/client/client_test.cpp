// tern::client against a real endpoint on loopback.
#include "udp/client.hpp"

#include "tests/udp/client/memory_store.hpp"
#include "tests/udp/client/tiny_relay.hpp"
#include "tests/udp/plain/loopback.hpp"
#include "tests/udp/run.hpp"

#include <gtest/gtest.h>
#include <thread>

namespace tern {
namespace {

using proto::chat::destination;
using proto::chat::entry_received;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::loopback;

const destination lobby = destination::room("lobby");

std::string text_of(const proto::bytes& body) { return std::string{proto::as_text(body)}; }

// A place with one relay, which may be stopped and started again.
struct world {
  world() : log(source) { start_relay(); }

  void start_relay() {
    relay = std::make_unique<test::tiny_relay>(io.get_executor(), log, address);
    address = relay->address();
  }
  // Without a farewell, like kill -9.
  void kill_relay() { relay.reset(); }

  tern_address target() const {
    auto parsed = tern_address::parse("127.0.0.1:" + std::to_string(address.port));
    parsed->relay_key = log.key.public_part();
    return *parsed;
  }
  client make(client_options options = {}) { return client{io.get_executor(), target(), std::move(options)}; }

  bool run_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + test::hang;
    io.restart();
    while (!condition() && std::chrono::steady_clock::now() < end) io.run_one_for(test::hang);
    return condition();
  }
  std::pair<std::error_code, receipt> send(client& from, std::string_view text) {
    std::optional<std::pair<std::error_code, receipt>> out;
    from.async_send(text, [&](std::error_code error, receipt result) { out.emplace(error, std::move(result)); });
    EXPECT_TRUE(run_until([&] { return out.has_value(); }));
    return out.value_or(std::pair<std::error_code, receipt>{});
  }
  std::error_code join(client& who, proto::chat::join_options options = {}) {
    std::optional<std::error_code> out;
    who.async_join(lobby, options, [&](std::error_code error) { out = error; });
    EXPECT_TRUE(run_until([&] { return out.has_value(); }));
    return out.value_or(std::error_code{});
  }
  // The next entry, whatever else comes before it.
  entry_received next_entry(client& who) {
    for (;;) {
      std::optional<incoming> out;
      std::error_code failure;
      who.async_receive([&](std::error_code error, incoming what) {
        failure = error;
        out = std::move(what);
      });
      if (!run_until([&] { return out.has_value(); }) || failure) {
        ADD_FAILURE() << "nothing came: " << failure.message();
        return {};
      }
      if (auto* entry = std::get_if<entry_received>(&*out)) return std::move(*entry);
    }
  }

  net::io_context io;
  udp::system_entropy source;
  test::tiny_log log;
  proto::address address = loopback();
  std::unique_ptr<test::tiny_relay> relay;
};

TEST(Client, AMessageIsCommittedWithAPlaceAndATime) {
  world it;
  auto sender = it.make();
  const auto [error, result] = it.send(sender, "hello");
  EXPECT_FALSE(error) << error.message();
  EXPECT_EQ(result.position.value, 1U);
  EXPECT_EQ(result.to, lobby);
  EXPECT_GT(result.latency, proto::duration::zero());
  EXPECT_FALSE(result.duplicate);
  ASSERT_EQ(it.log.rooms[lobby].size(), 1U);
  EXPECT_EQ(text_of(it.log.rooms[lobby][0].body), "hello");
}

TEST(Client, AMessageToAKnownRelayTravelsWithTheHandshake) {
  world it;
  auto sender = it.make();
  const auto [error, result] = it.send(sender, "one shot");
  ASSERT_FALSE(error);
  EXPECT_EQ(result.packets, 1U);
  EXPECT_EQ(it.relay->counters().datagrams_received, 1U);
  EXPECT_EQ(it.relay->counters().datagrams_sent, 1U);
}

TEST(Client, APingIsAnsweredOnceThereIsAConnection) {
  world it;
  auto pinger = it.make();
  std::optional<std::error_code> early;
  pinger.async_ping(seconds{1}, [&](std::error_code error, ping_reply) { early = error; });
  ASSERT_TRUE(it.run_until([&] { return early.has_value(); }));
  EXPECT_EQ(*early, make_error_code(proto::errc::closed));

  std::optional<std::pair<std::error_code, ping_reply>> answered;
  pinger.async_connect([&](std::error_code) {
    pinger.async_ping(test::hang, [&](std::error_code error, ping_reply reply) { answered.emplace(error, reply); });
  });
  ASSERT_TRUE(it.run_until([&] { return answered.has_value(); }));
  EXPECT_FALSE(answered->first) << answered->first.message();
  EXPECT_EQ(answered->second.has_reached, true);
  EXPECT_GT(answered->second.round_trip, proto::duration::zero());
}

TEST(Client, APingWithoutAnAnswerEndsInTime) {
  world it;
  auto pinger = it.make();
  ASSERT_FALSE(it.join(pinger));
  it.kill_relay();
  std::optional<std::pair<std::error_code, ping_reply>> ended;
  pinger.async_ping(milliseconds{20}, [&](std::error_code error, ping_reply reply) { ended.emplace(error, reply); });
  ASSERT_TRUE(it.run_until([&] { return ended.has_value(); }));
  EXPECT_EQ(ended->first, make_error_code(proto::errc::timeout));
  EXPECT_EQ(ended->second.has_reached, std::nullopt) << "nobody has said so";
}

TEST(Client, WhatIsNotTakenEarlyIsSentAgainByItself) {
  world it;
  it.relay->takes_early = false;
  auto sender = it.make();
  ASSERT_FALSE(it.send(sender, "again").first);
  EXPECT_EQ(it.log.rooms[lobby].size(), 1U);
}

TEST(Client, WithoutEarlyDataNothingIsSentBeforeTheHandshakeIsDone) {
  world it;
  client_options options;
  options.early_data = false;
  auto sender = it.make(options);
  const auto [error, result] = it.send(sender, "later");
  ASSERT_FALSE(error);
  EXPECT_GT(result.packets, 1U);
}

TEST(Client, FirstContactAsksAboutTheRelaysKey) {
  world it;
  auto address = it.target();
  address.relay_key.reset();
  client_options options;
  std::optional<proto::public_key> shown;
  options.trust = [&](const key_question& question) {
    shown = question.offered;
    EXPECT_FALSE(question.known);
    EXPECT_EQ(question.remote, it.address);
    return true;
  };
  client sender{it.io.get_executor(), address, options};
  EXPECT_FALSE(it.send(sender, "trusting").first);
  EXPECT_EQ(shown, it.log.key.public_part());
  EXPECT_EQ(sender.relay_key(), it.log.key.public_part());
}

TEST(Client, AnUnknownRelayIsRefusedWhereNobodySaysYes) {
  world it;
  auto address = it.target();
  address.relay_key.reset();
  client sender{it.io.get_executor(), address, {}};
  const auto [error, result] = it.send(sender, "no");
  EXPECT_EQ(error, proto::errc::unknown_key);
  EXPECT_FALSE(result.was_sent);
  EXPECT_TRUE(it.log.rooms.empty());
}

TEST(Client, AnotherKeyThanTheKnownOneEndsItAndShowsBoth) {
  world it;
  auto address = it.target();
  const auto stranger = proto::x25519_keypair::draw(it.source).public_part();
  address.relay_key = stranger;
  client_options options;
  std::optional<key_question> asked;
  options.on_wrong_key = [&](const key_question& question) { asked = question; };
  client sender{it.io.get_executor(), address, options};
  EXPECT_EQ(it.send(sender, "to whom?").first, proto::errc::wrong_key);
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->known, stranger);
  EXPECT_EQ(asked->offered, it.log.key.public_part());
  EXPECT_TRUE(it.log.rooms.empty());
}

TEST(Client, AClosedPortIsToldAtOnce) {
  world it;
  it.kill_relay();
  auto sender = it.make();
  const auto [error, result] = it.send(sender, "anyone?");
  EXPECT_EQ(error, std::errc::connection_refused) << error.message();
  EXPECT_FALSE(result.was_sent);
}

TEST(Client, WhatTheRelayRefusedUntilTheEndIsToldWithTheReason) {
  world it;
  it.relay->refuses_all = proto::chat::refusal::disk_full;
  auto sender = it.make();
  std::optional<std::pair<std::error_code, receipt>> out;
  message_options options;
  options.timeout = seconds{1};
  sender.async_send(lobby, proto::chat::body_kind::text, {'x'}, options,
                    [&](std::error_code error, receipt result) { out.emplace(error, std::move(result)); });
  ASSERT_TRUE(it.run_until([&] { return out.has_value(); }));
  EXPECT_EQ(out->first, proto::errc::timeout);
  EXPECT_FALSE(out->second.was_sent) << "it cannot arrive any more";
  ASSERT_TRUE(out->second.refusal);
  EXPECT_EQ(out->second.refusal->reason, proto::chat::refusal::disk_full);
}

TEST(Client, ANameThatDoesNotResolveIsToldAsSuch) {
  world it;
  auto address = it.target();
  address.service = "no-such-service";
  client sender{it.io.get_executor(), address, {}};
  const auto error = it.send(sender, "x").first;
  EXPECT_TRUE(error);
  EXPECT_NE(error, proto::errc::timeout);
}

TEST(Client, SilenceEndsWithTheMessagesTimeout) {
  world it;
  it.kill_relay();
  const auto deaf = udp::udp_socket::open(it.address);  // bound, and nobody reads
  ASSERT_TRUE(deaf);
  auto sender = it.make();
  std::optional<std::error_code> out;
  message_options options;
  options.timeout = milliseconds{50};
  sender.async_send(lobby, proto::chat::body_kind::text, {'x'}, options,
                    [&](std::error_code error, const receipt&) { out = error; });
  ASSERT_TRUE(it.run_until([&] { return out.has_value(); }));
  EXPECT_EQ(*out, proto::errc::timeout);
  EXPECT_FALSE(sender.statistics().was_ever_connected);
}

TEST(Client, EveryAddressOfTheNameIsTriedInTurn) {
  world it;  // the relay is at 127.0.0.1 only
  auto address = it.target();
  address.host = "localhost";
  client sender{it.io.get_executor(), address, {}};
  EXPECT_FALSE(it.send(sender, "found").first);
}

TEST(Client, WhatOneSaysTheOtherReceives) {
  world it;
  client_options named;
  named.name = "ann";
  auto ann = it.make(named);
  auto bob = it.make();
  ASSERT_FALSE(it.join(ann));
  ASSERT_FALSE(it.join(bob));
  EXPECT_EQ(ann.name(), "ann");
  ASSERT_FALSE(it.send(ann, "hi bob").first);
  const auto heard = it.next_entry(bob);
  EXPECT_EQ(text_of(heard.message.body), "hi bob");
  EXPECT_EQ(heard.message.sender_name, "ann");
  EXPECT_FALSE(heard.own);
  EXPECT_TRUE(it.next_entry(ann).own);
}

TEST(Client, JoiningWithACursorGivesWhatWasMissed) {
  world it;
  auto talker = it.make();
  ASSERT_FALSE(it.send(talker, "one").first);
  proto::chat::join_options options;
  options.backlog_max = 10;
  {
    auto reader = it.make();
    ASSERT_FALSE(it.join(reader, options));
    EXPECT_EQ(text_of(it.next_entry(reader).message.body), "one");
    options.from = reader.cursor_of(lobby);
    ASSERT_TRUE(options.from);
  }
  ASSERT_FALSE(it.send(talker, "two").first);
  auto reader = it.make();
  ASSERT_FALSE(it.join(reader, options));
  EXPECT_EQ(text_of(it.next_entry(reader).message.body), "two");
}

TEST(Client, ARestartOfTheRelayLosesNothingAndRepeatsNothing) {
  world it;
  auto talker = it.make();
  auto reader = it.make();
  ASSERT_FALSE(it.join(reader));
  ASSERT_FALSE(it.send(talker, "0").first);
  // Stored, but the commit is lost with the relay: the client has to ask again.
  it.relay->commits_kept_back = 1;
  int committed = 0;
  const auto count = [&](std::error_code error, const receipt&) { committed += error ? 0 : 1; };
  talker.async_send("1", count);
  ASSERT_TRUE(it.run_until([&] { return it.log.rooms[lobby].size() == 2; }));
  it.kill_relay();
  for (int i = 2; i < 10; ++i) talker.async_send(std::to_string(i), count);
  it.io.run_for(milliseconds{50});
  EXPECT_EQ(committed, 0);
  it.start_relay();
  ASSERT_TRUE(it.run_until([&] { return committed == 9; }));
  ASSERT_EQ(it.log.rooms[lobby].size(), 10U);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(text_of(it.next_entry(reader).message.body), std::to_string(i));
  EXPECT_EQ(talker.statistics().connections, 2U);
}

TEST(Client, ComesBackToARelayThatForgotIt) {
  world it;
  auto sender = it.make();
  ASSERT_FALSE(it.send(sender, "before").first);
  it.kill_relay();
  it.start_relay();
  ASSERT_FALSE(it.send(sender, "after").first);
  EXPECT_EQ(it.log.rooms[lobby].size(), 2U);
}

TEST(Client, NotReceivingHoldsTheRelayBackAndLosesNothing) {
  world it;
  client_options small;
  small.incoming_max = 4;
  auto reader = it.make(small);
  auto talker = it.make();
  ASSERT_FALSE(it.join(reader));
  int committed = 0;
  for (int i = 0; i < 300; ++i) {
    talker.async_send(std::to_string(i), [&](std::error_code, const receipt&) { ++committed; });
  }
  ASSERT_TRUE(it.run_until([&] { return committed == 300; }));
  for (int i = 0; i < 300; ++i) ASSERT_EQ(text_of(it.next_entry(reader).message.body), std::to_string(i));
}

TEST(Client, ClosingWaitsForEveryCommit) {
  world it;
  auto sender = it.make();
  int committed = 0;
  bool closed = false;
  for (int i = 0; i < 50; ++i) {
    sender.async_send("x", [&](std::error_code error, const receipt&) { committed += error ? 0 : 1; });
  }
  sender.async_close(seconds{10}, [&](std::error_code) { closed = true; });
  ASSERT_TRUE(it.run_until([&] { return closed; }));
  EXPECT_EQ(committed, 50);
  EXPECT_EQ(it.log.rooms[lobby].size(), 50U);
  EXPECT_EQ(it.send(sender, "too late").first, proto::errc::closed);
}

TEST(Client, ClosingWithoutTimeEndsWhatWaits) {
  world it;
  it.relay->commits_kept_back = 1000;
  auto sender = it.make();
  std::optional<std::error_code> sent;
  sender.async_send("x", [&](std::error_code error, const receipt& result) {
    sent = error;
    EXPECT_TRUE(result.was_sent);
  });
  ASSERT_TRUE(it.run_until([&] { return sender.statistics().is_connected; }));
  bool closed = false;
  sender.async_close(milliseconds{20}, [&](std::error_code) { closed = true; });
  ASSERT_TRUE(it.run_until([&] { return closed && sent; }));
  EXPECT_EQ(*sent, proto::errc::closed);
}

TEST(Client, HistoryComesWholeAndRefusalsAreErrors) {
  world it;
  auto who = it.make();
  ASSERT_FALSE(it.send(who, "one").first);
  ASSERT_FALSE(it.send(who, "two").first);
  std::optional<proto::chat::history_page> page;
  std::optional<std::error_code> refused;
  who.async_history(lobby, {}, [&](std::error_code, proto::chat::history_page got) { page = std::move(got); });
  std::string why;
  who.async_rooms([&](std::error_code error, const rooms_result& got) {
    refused = error;
    why = got.refusal ? got.refusal->text : "";
  });
  ASSERT_TRUE(it.run_until([&] { return page && refused; }));
  ASSERT_EQ(page->entries.size(), 2U);
  EXPECT_EQ(text_of(page->entries[1].body), "two");
  EXPECT_EQ(*refused, proto::errc::refused);
  EXPECT_EQ(why, "no list here");
}

TEST(Client, TheSameIdSaidAgainIsOneMessage) {
  world it;
  client_options options;
  options.self = std::make_shared<const proto::identity>(proto::identity::draw(it.source));
  message_options with_id;
  with_id.outbox = proto::chat::outbox_id{1, 2, 3};
  std::vector<receipt> receipts;
  const auto say = [&](client& sender) {
    const std::size_t before = receipts.size();
    sender.async_send(lobby, proto::chat::body_kind::text, {'x'}, with_id,
                      [&](std::error_code, receipt result) { receipts.push_back(std::move(result)); });
    return it.run_until([&] { return receipts.size() > before; });
  };
  auto one_process = it.make(options);
  ASSERT_TRUE(say(one_process));
  ASSERT_TRUE(say(one_process));
  auto another = it.make(options);
  ASSERT_TRUE(say(another));
  EXPECT_EQ(it.log.rooms[lobby].size(), 1U);
  for (const receipt& each : receipts) EXPECT_EQ(each.position, receipts.front().position);
  EXPECT_TRUE(receipts[1].duplicate);
  EXPECT_TRUE(receipts[2].duplicate);
}

net::awaitable<std::string> converse(tern_address relay) {
  const auto executor = co_await asio::this_coro::executor;
  client_options options;
  auto made = co_await client::connect(executor, relay, options, asio::use_awaitable);
  const auto result = co_await made.async_send("awaited", asio::use_awaitable);
  co_await made.async_close(seconds{5}, asio::use_awaitable);
  co_return std::to_string(result.position.value);
}

TEST(Client, WorksWithCoroutines) {
  world it;
  EXPECT_EQ(test::run(it.io, converse(it.target())), "1");
}

TEST(Client, WorksWithFuturesFromAnotherThread) {
  world it;
  auto sender = it.make();
  auto guard = asio::make_work_guard(it.io);
  std::thread loop{[&] { it.io.run(); }};
  auto sent = sender.async_send("from elsewhere", asio::use_future);
  EXPECT_EQ(sent.get().position.value, 1U);
  sender.async_close(seconds{5}, asio::use_future).get();
  EXPECT_THROW(sender.async_send("closed", asio::use_future).get(), std::system_error);
  guard.reset();
  it.io.stop();
  loop.join();
}

net::awaitable<bool> receive_or_timeout(client& who) {
  using net::operators::operator||;
  net::steady_timer timer{co_await asio::this_coro::executor};
  for (;;) {  // changes of status come first; then there is nothing
    timer.expires_after(milliseconds{10});
    auto first = co_await (who.async_receive(asio::use_awaitable) || timer.async_wait(asio::use_awaitable));
    // asio joins the alternatives of `incoming` and the timer's into one variant.
    if (std::holds_alternative<std::monostate>(first)) co_return true;
  }
}

TEST(Client, ReceivingCanBeCancelledAndLosesNothing) {
  world it;
  auto reader = it.make();
  auto talker = it.make();
  ASSERT_FALSE(it.join(reader));
  EXPECT_TRUE(test::run(it.io, receive_or_timeout(reader)));
  ASSERT_FALSE(it.send(talker, "after the cancel").first);
  EXPECT_EQ(text_of(it.next_entry(reader).message.body), "after the cancel");
}

TEST(Client, ConnectingToNobodyFailsWithCoroutinesToo) {
  world it;
  it.kill_relay();
  EXPECT_THROW(test::run(it.io, converse(it.target())), std::system_error);
}

net::awaitable<void> wait_for_ever(client who) {
  for (;;) co_await who.async_receive(asio::use_awaitable);
}

TEST(Client, EverythingIsLetGoOfWhenTheContextEnds) {
  // Leak detection (asan) is the judge.
  world it;
  asio::co_spawn(it.io, wait_for_ever(it.make()), asio::detached);
  it.io.run_for(milliseconds{20});
}

// A client whose messages and places outlive it, on a disk that outlives it.
struct keeper {
  explicit keeper(world& where) : it(where) {
    options.self = std::make_shared<const proto::identity>(proto::identity::draw(it.source));
  }
  client make() {
    options.store = std::make_shared<udp::memory_store>(disk);
    return it.make(options);
  }
  // The client is gone, and its thread with it.
  void crash(client& who) {
    options.store.reset();
    who = client{};
    while (it.io.poll() > 0) {
    }
  }
  // The next of that kind, whatever else comes before it.
  template <class Wanted>
  Wanted next(client& who) {
    for (;;) {
      std::optional<incoming> out;
      who.async_receive([&](std::error_code, incoming what) { out = std::move(what); });
      if (!it.run_until([&] { return out.has_value(); })) return ADD_FAILURE() << "nothing came", Wanted{};
      if (auto* found = std::get_if<Wanted>(&*out)) return std::move(*found);
    }
  }
  // Until it is kept.
  void say(client& who, std::string_view text) {
    bool is_kept = false;
    message_options how;
    how.on_kept = [&] { is_kept = true; };
    const auto view = proto::as_bytes(text);
    who.async_send(lobby, proto::chat::body_kind::text, {view.begin(), view.end()}, how,
                   [](std::error_code, const receipt&) {});
    EXPECT_TRUE(it.run_until([&] { return is_kept; }));
  }
  std::optional<proto::chat::cursor> place_of(client& who) {
    std::optional<std::optional<proto::chat::cursor>> found;
    who.async_place(lobby, [&](std::error_code, std::optional<proto::chat::cursor> what) { found = what; });
    EXPECT_TRUE(it.run_until([&] { return found.has_value(); }));
    return found.value_or(std::nullopt);
  }

  world& it;
  std::shared_ptr<udp::memory_disk> disk = std::make_shared<udp::memory_disk>();
  client_options options;
};

TEST(KeptClient, WhatACrashedOneTookIsSentByTheNextOnceAndFirst) {
  world it;
  keeper ann(it);
  auto crashing = ann.make();
  it.relay->commits_kept_back = 1;
  ann.say(crashing, "one");
  ASSERT_TRUE(it.run_until([&] { return it.log.rooms[lobby].size() == 1; }));
  it.kill_relay();
  ann.say(crashing, "two");
  ann.crash(crashing);
  it.start_relay();
  auto next = ann.make();
  ASSERT_FALSE(it.send(next, "three").first);
  EXPECT_EQ(ann.next<earlier_messages>(next).count, 2U);
  for (const std::uint64_t position : {1U, 2U}) {
    const auto decided = ann.next<earlier_decided>(next);
    EXPECT_EQ(decided.is, earlier_decided::fate::committed);
    EXPECT_EQ(decided.position.value, position);
    EXPECT_EQ(decided.to, lobby);
  }
  const auto& log = it.log.rooms[lobby];
  ASSERT_EQ(log.size(), 3U);
  EXPECT_EQ(text_of(log[1].body), "two");
  EXPECT_EQ(text_of(log[2].body), "three");
}

TEST(KeptClient, AnOrderlyEndLeavesNothingToTakeOver) {
  world it;
  keeper ann(it);
  auto first = ann.make();
  ASSERT_FALSE(it.send(first, "one").first);
  bool is_closed = false;
  first.async_close(seconds{1}, [&](std::error_code) { is_closed = true; });
  ASSERT_TRUE(it.run_until([&] { return is_closed; }));
  ann.crash(first);
  EXPECT_TRUE(ann.disk->outboxes.empty());
  auto next = ann.make();
  ASSERT_FALSE(it.send(next, "two").first);
  EXPECT_EQ(it.log.rooms[lobby].size(), 2U);
}

TEST(KeptClient, WhereNothingCanBeKeptItSaysSoAndGoesOn) {
  world it;
  keeper ann(it);
  ann.disk->is_full = true;
  auto talker = ann.make();
  ASSERT_FALSE(it.send(talker, "all the same").first);
  EXPECT_EQ(ann.next<keeping_failed>(talker).text, "the disk is full");
  ASSERT_FALSE(it.send(talker, "again").first);
}

TEST(KeptClient, APlaceIsThereForTheNextOne) {
  world it;
  keeper ann(it);
  const proto::chat::cursor place{{1}, proto::log_position{7}, {2}};
  auto first = ann.make();
  EXPECT_EQ(ann.place_of(first), std::nullopt);
  first.keep_place({lobby, proto::chat::cursor{{1}, proto::log_position{6}, {2}}});
  first.keep_place({lobby, place});
  ann.crash(first);
  auto next = ann.make();
  EXPECT_EQ(ann.place_of(next), place);
  auto without = it.make();
  EXPECT_EQ(ann.place_of(without), std::nullopt);
}

TEST(KeptClient, WhatIsKeptFollowsTheRelayToItsNextKey) {
  world it;
  it.kill_relay();
  it.log.next_key = std::make_shared<const proto::x25519_keypair>(proto::x25519_keypair::draw(it.source));
  it.start_relay();
  keeper ann(it);
  const proto::chat::cursor place{{1}, proto::log_position{7}, {2}};
  auto first = ann.make();
  first.keep_place({lobby, place});
  ASSERT_FALSE(it.send(first, "one").first);
  ASSERT_TRUE(it.run_until([&] { return first.relay_key() == it.log.next_key->public_part(); }));
  it.kill_relay();
  ann.say(first, "two");
  ann.crash(first);
  it.log.key = it.log.next_key->clone();
  it.log.next_key.reset();
  it.start_relay();
  auto next = ann.make();
  EXPECT_EQ(ann.place_of(next), place);
  EXPECT_EQ(ann.next<earlier_decided>(next).is, earlier_decided::fate::committed);
  EXPECT_EQ(it.log.rooms[lobby].size(), 2U);
}

TEST(KeptClient, EverythingIsLetGoOfWhenTheContextEnds) {
  world it;
  keeper ann(it);
  auto options = ann.options;
  options.store = std::make_shared<udp::memory_store>(ann.disk);
  asio::co_spawn(it.io, wait_for_ever(it.make(options)), asio::detached);
  it.io.run_for(milliseconds{20});
}

}  // namespace
}  // namespace tern
