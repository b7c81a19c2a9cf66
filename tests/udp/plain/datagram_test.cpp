// One-shot UDP and listening for it.
#include "tests/udp/plain/loopback.hpp"
#include "tests/udp/run.hpp"
#include "udp/plain/datagram_exchange.hpp"
#include "udp/plain/datagram_listener.hpp"
#include "udp/plain/loop_guard.hpp"

#include <gtest/gtest.h>

namespace tern::udp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::loopback;

proto::bytes payload_of(std::string_view text) { return {text.begin(), text.end()}; }

struct listening {
  explicit listening(datagram_listener_options options)
      : listener(std::move(*datagram_port::open(io.get_executor(), loopback())), std::move(options),
                 [this](const proto::address& from, std::string_view text) {
                   senders.push_back(from);
                   texts.emplace_back(text);
                 }) {
    asio::co_spawn(io, listener.run(), [this](const std::exception_ptr&, std::error_code) { has_ended = true; });
  }
  net::io_context io;
  std::vector<proto::address> senders;
  std::vector<std::string> texts;
  bool has_ended = false;
  datagram_listener listener;
};

TEST(DatagramExchange, TheReplyComesBack) {
  datagram_listener_options options;
  options.reply = "and to you";
  listening server{options};
  const auto receipt =
      test::run(server.io, exchange_datagram({server.listener.local_address()}, payload_of("hi"), seconds{10}));
  ASSERT_TRUE(receipt);
  ASSERT_TRUE(receipt->reply);
  EXPECT_EQ(proto::as_text(*receipt->reply), "and to you");
  EXPECT_EQ(receipt->remote, server.listener.local_address());
  EXPECT_EQ(server.texts, std::vector<std::string>{"hi"});
  EXPECT_EQ(server.senders, std::vector{receipt->local});
}

TEST(DatagramExchange, WithoutWaitItIsDoneWhenTheSystemHasTheDatagram) {
  listening server{{}};
  const auto receipt =
      test::run(server.io, exchange_datagram({server.listener.local_address()}, payload_of("hi"), seconds{0}));
  ASSERT_TRUE(receipt);
  EXPECT_FALSE(receipt->reply);
}

TEST(DatagramExchange, NoReplyInTimeIsNoError) {
  listening server{{}};
  const auto receipt =
      test::run(server.io, exchange_datagram({server.listener.local_address()}, payload_of("hi"), milliseconds{20}));
  ASSERT_TRUE(receipt);
  EXPECT_FALSE(receipt->reply);
  EXPECT_EQ(server.texts.size(), 1U);
}

proto::address closed_port() { return udp_socket::open(loopback())->local_address(); }

TEST(DatagramExchange, AClosedPortIsRefused) {
  const auto receipt = test::run(exchange_datagram({closed_port()}, payload_of("hi"), seconds{10}));
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error(), std::errc::connection_refused);
}

TEST(DatagramExchange, TheNextAddressIsTriedAfterAClosedPort) {
  datagram_listener_options options;
  options.reply = "here";
  listening server{options};
  const std::vector<proto::address> addresses{closed_port(), server.listener.local_address()};
  const auto receipt = test::run(server.io, exchange_datagram(addresses, payload_of("hi"), seconds{10}));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->remote, addresses.back());
}

TEST(DatagramExchange, WhatNoDatagramHoldsIsAnError) {
  const auto receipt = test::run(exchange_datagram({closed_port()}, proto::bytes(70'000), seconds{0}));
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error(), std::errc::message_size);
}

TEST(DatagramListener, TheLargestAndTheEmptyDatagramArrive) {
  datagram_listener_options options;
  options.messages_max = 2;
  listening server{options};
  const auto to = server.listener.local_address();
  ASSERT_TRUE(
      test::run(server.io, exchange_datagram({to}, proto::bytes(datagram_port::datagram_bytes_max), seconds{0})));
  ASSERT_TRUE(test::run(server.io, exchange_datagram({to}, {}, seconds{0})));
  while (!server.has_ended && server.io.run_one_for(test::hang) > 0) {
  }
  ASSERT_EQ(server.texts.size(), 2U);
  EXPECT_EQ(server.texts[0].size(), datagram_port::datagram_bytes_max);
  EXPECT_EQ(server.texts[1], "");
}

TEST(DatagramListener, EndsWhenItIsStopped) {
  listening server{{}};
  server.io.poll();
  server.listener.stop();
  server.io.run_for(test::hang);
  EXPECT_TRUE(server.has_ended);
}

TEST(LoopGuard, AnswersNeitherWellKnownPortsNorItsOwn) {
  EXPECT_FALSE(may_answer(loopback(7), 7007));
  EXPECT_FALSE(may_answer(loopback(1023), 7007));
  EXPECT_FALSE(may_answer(loopback(0), 7007));
  EXPECT_FALSE(may_answer(loopback(7007), 7007));
  EXPECT_TRUE(may_answer(loopback(1024), 7007));
}

}  // namespace
}  // namespace tern::udp
