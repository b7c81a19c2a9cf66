// tern::listener with tern::client, on loopback.
#include "udp/listener.hpp"

#include "tests/udp/plain/loopback.hpp"
#include "tests/udp/run.hpp"
#include "tests/udp/stations.hpp"
#include "udp/client.hpp"

#include <functional>
#include <gtest/gtest.h>

namespace tern {
namespace {

using proto::chat::destination;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct world {
  world() : world(listener_options{}) {}
  explicit world(listener_options options)
      : ear(std::move(*listener::open(io.get_executor(), {test::loopback()}, std::move(options)))) {}

  client make(client_options options = {}) {
    auto target = tern_address::parse("127.0.0.1:" + std::to_string(ear.addresses().front().port) + "/anything");
    target->relay_key = ear.key();
    return client{io.get_executor(), *target, std::move(options)};
  }
  bool run_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + test::hang;
    io.restart();
    while (!condition() && std::chrono::steady_clock::now() < end) io.run_one_for(test::hang);
    return condition();
  }
  listened_message next() {
    std::optional<listened_message> out;
    ear.async_receive([&](std::error_code, listened_message message) { out = std::move(message); });
    EXPECT_TRUE(run_until([&] { return out.has_value(); }));
    return out.value_or(listened_message{});
  }

  net::io_context io;
  listener ear;
};

struct sent_message {
  std::optional<std::error_code> error;
  receipt result;
  auto handler() {
    return [this](std::error_code code, receipt got) {
      error = code;
      result = std::move(got);
    };
  }
};

TEST(Listener, CommittedMeansConfirmedByTheApplication) {
  world it;
  auto sender = it.make();
  sent_message out;
  sender.async_send("hello", out.handler());
  const auto message = it.next();
  EXPECT_EQ(proto::as_text(message.body), "hello");
  EXPECT_EQ(message.sender, sender.own_key());
  EXPECT_TRUE(message.from.is_v4());
  EXPECT_EQ(message.to, destination::room("anything"));
  it.io.run_for(milliseconds{30});
  EXPECT_FALSE(out.error) << "not confirmed yet";
  it.ear.confirm(message);
  ASSERT_TRUE(it.run_until([&] { return out.error.has_value(); }));
  EXPECT_FALSE(*out.error);
  EXPECT_EQ(out.result.position.value, 1U);
}

TEST(Listener, AMessageThatIsSaidAgainIsNotShownAgain) {
  world it;
  client_options options;
  udp::system_entropy source;
  options.self = std::make_shared<const proto::identity>(proto::identity::draw(source));
  message_options with_id;
  with_id.outbox = proto::chat::outbox_id{9};
  for (int i = 0; i < 2; ++i) {
    auto sender = it.make(options);
    sent_message out;
    sender.async_send(destination::room("r"), proto::chat::body_kind::text, {'x'}, with_id, out.handler());
    if (i == 0) it.ear.confirm(it.next());
    ASSERT_TRUE(it.run_until([&] { return out.error.has_value(); }));
    EXPECT_FALSE(*out.error);
    EXPECT_EQ(out.result.position.value, 1U);
    EXPECT_EQ(out.result.duplicate, i == 1);
  }
}

TEST(Listener, MessagesOfOneSenderKeepTheirOrder) {
  world it;
  auto sender = it.make();
  std::vector<sent_message> outs(50);
  for (std::size_t i = 0; i < outs.size(); ++i) sender.async_send(std::to_string(i), outs[i].handler());
  for (std::size_t i = 0; i < outs.size(); ++i) {
    const auto message = it.next();
    EXPECT_EQ(proto::as_text(message.body), std::to_string(i));
    it.ear.confirm(message);
  }
  ASSERT_TRUE(it.run_until([&] { return outs.back().error.has_value(); }));
}

TEST(Listener, WhoDoesNotReceiveHoldsSendersBack) {
  listener_options options;
  options.waiting_max = 3;
  world it{options};
  auto sender = it.make();
  std::vector<sent_message> outs(100);
  for (std::size_t i = 0; i < outs.size(); ++i) sender.async_send(std::to_string(i), outs[i].handler());
  for (std::size_t i = 0; i < outs.size(); ++i) it.ear.confirm(it.next());
  ASSERT_TRUE(it.run_until([&] { return outs.back().error.has_value(); }));
  for (const auto& out : outs) EXPECT_FALSE(out.error.value_or(proto::errc::timeout));
}

TEST(Listener, NothingCanBeJoinedOrReadBack) {
  world it;
  auto reader = it.make();
  std::optional<std::error_code> joined;
  std::optional<std::error_code> read;
  reader.async_join(destination::room("lobby"), {}, [&](std::error_code error) { joined = error; });
  reader.async_history(destination::room("lobby"), {},
                       [&](std::error_code error, const proto::chat::history_page&) { read = error; });
  ASSERT_TRUE(it.run_until([&] { return joined && read; }));
  EXPECT_EQ(*joined, proto::errc::refused);
  EXPECT_EQ(*read, proto::errc::refused);
}

TEST(Listener, TakesMessagesOverTcpAtTheSamePort) {
  world it;
  test::station sender{it.io, {}};
  const auto stream = sender.connect_stream(it.ear.addresses().front(), it.ear.key());
  sender.say(stream, proto::as_text(encode(proto::chat::client_op{
                         proto::chat::bind{proto::chat::destination_kind::room, "anything", {}, 1, {}}})));
  sender.say(stream, proto::as_text(encode(proto::chat::client_op{proto::chat::say{1, {}, {'h', 'i'}}})));
  const auto message = it.next();
  EXPECT_EQ(proto::as_text(message.body), "hi");
  it.ear.confirm(message);
  // BOUND and COMMITTED.
  ASSERT_TRUE(it.run_until([&] { return sender.texts.size() == 2; }));
  const auto answer = proto::chat::decode_relay_op(proto::as_bytes(sender.texts.back()));
  ASSERT_TRUE(answer);
  EXPECT_TRUE(std::holds_alternative<proto::chat::committed>(*answer));
}

TEST(Listener, APortInUseIsAnError) {
  world it;
  const auto second = listener::open(it.io.get_executor(), it.ear.addresses(), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, std::errc::address_in_use);
}

TEST(Listener, ClosingEndsReceiving) {
  world it;
  std::optional<std::error_code> out;
  it.ear.async_receive([&](std::error_code error, const listened_message&) { out = error; });
  it.io.poll();
  it.ear.close();
  ASSERT_TRUE(it.run_until([&] { return out.has_value(); }));
  EXPECT_EQ(*out, proto::errc::closed);
}

}  // namespace
}  // namespace tern
