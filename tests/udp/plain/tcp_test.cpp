// One-shot TCP, both ways round, and connecting.
#include "tests/udp/plain/loopback.hpp"
#include "tests/udp/run.hpp"
#include "udp/plain/line_server.hpp"
#include "udp/plain/tcp_connect.hpp"
#include "udp/plain/tcp_exchange.hpp"

#include <gtest/gtest.h>

namespace tern::udp {
namespace {

using test::loopback;
using test::loopback_v6;

proto::address closed_port() {
  net::io_context io;
  return tcp_listener::open(io.get_executor(), loopback())->local_address();
}

TEST(TcpListener, APortInUseIsAnError) {
  net::io_context io;
  const auto first = tcp_listener::open(io.get_executor(), loopback());
  ASSERT_TRUE(first);
  const auto second = tcp_listener::open(io.get_executor(), first->local_address());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), std::errc::address_in_use);
}

TEST(TcpConnect, AClosedPortIsRefused) {
  const auto stream = test::run(tcp_connect({closed_port()}, {}));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error(), std::errc::connection_refused);
}

TEST(TcpConnect, NoAddressIsAnError) { EXPECT_EQ(test::run(tcp_connect({}, {})).error(), std::errc::invalid_argument); }

TEST(TcpConnect, EachAddressIsTriedInTurn) {
  net::io_context io;
  auto listener = tcp_listener::open(io.get_executor(), loopback());
  ASSERT_TRUE(listener);
  std::vector<proto::address> failed;
  tcp_connect_options options;
  options.on_failure = [&](const proto::address& address, std::error_code) { failed.push_back(address); };
  const std::vector<proto::address> addresses{closed_port(), listener->local_address()};
  const auto stream = test::run(io, tcp_connect(addresses, options));
  ASSERT_TRUE(stream);
  EXPECT_EQ(stream->remote_address(), listener->local_address());
  EXPECT_EQ(failed, std::vector{addresses.front()});
}

TEST(TcpConnect, AnAddressThatDoesNotAnswerTimesOut) {
  // A backlog that is full lets further connections wait: bound and listening, never accepting.
  net::io_context io;
  asio::ip::tcp::acceptor stuck{io, {asio::ip::address_v4::loopback(), 0}};
  stuck.listen(0);
  const auto address = loopback(stuck.local_endpoint().port());
  std::vector<tcp_stream> waiting;
  tcp_connect_options options;
  options.timeout = std::chrono::milliseconds{20};
  for (int i = 0; i < 100; ++i) {
    auto stream = test::run(io, tcp_connect({address}, options));
    if (!stream) {
      EXPECT_EQ(stream.error(), std::errc::timed_out);
      return;
    }
    waiting.push_back(std::move(*stream));
  }
  GTEST_SKIP() << "this system's backlog has no end";
}

struct conversation {
  std::string received;
  std::vector<std::string> messages;
  result<tcp_exchange_totals> totals = tl::unexpected{std::error_code{}};
};

net::awaitable<void> talk(proto::address server, std::string text, conversation& out, bool& done) {
  std::vector<proto::address> addresses{server};
  tcp_connect_options options;
  auto stream = co_await tcp_connect(addresses, options);
  if (stream) {
    proto::bytes payload(text.begin(), text.end());
    std::function<void(proto::byte_view)> on_data = [&](proto::byte_view data) {
      out.received += proto::as_text(data);
    };
    out.totals = co_await exchange_tcp(*stream, std::move(payload), after_sending::half_close, on_data);
  }
  done = true;
}

// One server with these options and one client that sends `text`.
conversation converse(std::string text, line_server_options options) {
  net::io_context io;
  conversation out;
  line_server::handlers handlers;
  handlers.on_message = [&](const proto::address&, std::string_view line) { out.messages.emplace_back(line); };
  auto listener = tcp_listener::open(io.get_executor(), loopback());
  line_server server{std::move(*listener), std::move(options), handlers};
  bool client_done = false;
  asio::co_spawn(io, talk(server.local_address(), std::move(text), out, client_done), asio::detached);
  asio::co_spawn(io, server.run(), [](const std::exception_ptr&, std::error_code) {});
  const auto end = std::chrono::steady_clock::now() + test::hang;
  while (!client_done && std::chrono::steady_clock::now() < end) io.run_one_for(test::hang);
  server.stop();
  io.run_for(test::hang);
  EXPECT_TRUE(client_done);
  return out;
}

TEST(TcpExchange, TheClientSpeaksFirstAndIsAnswered) {
  line_server_options options;
  options.reply = "Hello, client!";
  const auto out = converse("Hello, world!", options);
  EXPECT_EQ(out.messages, std::vector<std::string>{"Hello, world!"});
  EXPECT_EQ(out.received, "Hello, client!\n");
  ASSERT_TRUE(out.totals);
  EXPECT_EQ(out.totals->sent_bytes, 13U);
  EXPECT_EQ(out.totals->received_bytes, 15U);
}

TEST(TcpExchange, TheServerSpeaksFirstToAClientThatOnlyReads) {
  line_server_options options;
  options.greeting = "Hello, world!";
  options.ending = line_ending::crlf;
  const auto out = converse("", options);
  EXPECT_EQ(out.messages, std::vector<std::string>{});
  EXPECT_EQ(out.received, "Hello, world!\r\n");
}

TEST(TcpExchange, EveryLineIsAMessageAndAnsweredUpToTheCount) {
  line_server_options options;
  options.reply = "ok";
  options.messages_max = 2;
  const auto out = converse("one\r\ntwo\nthree\n", options);
  EXPECT_EQ(out.messages, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(out.received.substr(0, 6), "ok\nok\n");
}

TEST(TcpExchange, MegabytesBothWaysBlockNobody) {
  // Each line is answered while the client still sends, more than any socket buffer holds.
  line_server_options options;
  options.reply = std::string(1000, 'r');
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::string(200, 'x') + "\n";
  const auto out = converse(text, options);
  EXPECT_EQ(out.messages.size(), 20'000U);
  EXPECT_EQ(out.received.size(), 20'000U * 1001U);
}

TEST(LineServer, EndsByItselfAfterTheLastMessage) {
  net::io_context io;
  auto listener = tcp_listener::open(io.get_executor(), loopback());
  line_server_options options;
  options.messages_max = 1;
  line_server::handlers handlers;
  handlers.on_message = [](const proto::address&, std::string_view) {};
  line_server server{std::move(*listener), options, handlers};
  conversation out;
  bool done = false;
  asio::co_spawn(io, talk(server.local_address(), "only one", out, done), asio::detached);
  EXPECT_FALSE(test::run(io, server.run()));
  EXPECT_EQ(server.message_count(), 1U);
}

TEST(LineServer, AGreetingAloneServesVisitorsWhoOnlyRead) {
  net::io_context io;
  line_server_options options;
  options.greeting = "Hello, world!";
  options.messages_max = 1;
  line_server::handlers handlers;
  handlers.on_message = [](const proto::address&, std::string_view) { ADD_FAILURE() << "nobody said anything"; };
  line_server server{std::move(*tcp_listener::open(io.get_executor(), loopback())), options, handlers};
  result<tcp_exchange_totals> totals;
  const std::vector<proto::address> addresses{server.local_address()};
  const std::function<void(proto::byte_view)> ignore = [](proto::byte_view) {};
  const auto read_only = [&]() -> net::awaitable<void> {
    auto stream = co_await tcp_connect(addresses, {});
    totals = co_await exchange_tcp(*stream, proto::bytes{}, after_sending::keep_open, ignore);
  };
  asio::co_spawn(io, read_only, asio::detached);
  EXPECT_FALSE(test::run(io, server.run()));
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->received_bytes, 14U);
}

TEST(TcpListener, TheWildcardTakesBothFamilies) {
  net::io_context io;
  auto any = tcp_listener::open_any(io.get_executor(), 0);
  ASSERT_TRUE(any);
  const auto port = any->local_address().port;
  EXPECT_TRUE(test::run(io, tcp_connect({loopback(port)}, {})));
  if (!tcp_listener::open(io.get_executor(), loopback_v6())) GTEST_SKIP() << "no IPv6 here";
  EXPECT_TRUE(test::run(io, tcp_connect({loopback_v6(port)}, {})));
}

}  // namespace
}  // namespace tern::udp
