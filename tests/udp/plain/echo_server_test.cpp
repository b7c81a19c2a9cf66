#include "tests/udp/plain/loopback.hpp"
#include "tests/udp/run.hpp"
#include "udp/plain/datagram_exchange.hpp"
#include "udp/plain/tcp_connect.hpp"
#include "udp/plain/tcp_echo_server.hpp"
#include "udp/plain/tcp_exchange.hpp"
#include "udp/plain/udp_echo_server.hpp"

#include <gtest/gtest.h>

namespace tern::udp {
namespace {

using test::loopback;

TEST(UdpEchoServer, SendsEachDatagramBackToItsSender) {
  net::io_context io;
  udp_echo_server server{std::move(*datagram_port::open(io.get_executor(), loopback()))};
  asio::co_spawn(io, server.run(), asio::detached);
  for (const std::size_t size : {0U, 1U, 1200U, 65507U}) {
    const proto::bytes payload(size, 'e');
    const auto receipt = test::run(io, exchange_datagram({server.local_address()}, payload, std::chrono::seconds{10}));
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->reply, payload);
  }
  EXPECT_EQ(server.echoed_count(), 4U);
}

TEST(UdpEchoServer, DoesNotAnswerAPeerOnItsOwnPort) {
  net::io_context io;
  udp_echo_server server{std::move(*datagram_port::open(io.get_executor(), loopback()))};
  const auto to = server.local_address();
  auto twin = udp_socket::open(proto::address::v4(127, 0, 0, 2, to.port));
  if (!twin) GTEST_SKIP() << "no second loopback address";
  asio::co_spawn(io, server.run(), asio::detached);
  ASSERT_FALSE(twin->send(proto::as_bytes("loop?"), to));
  const auto receipt = test::run(io, exchange_datagram({to}, {'x'}, std::chrono::seconds{10}));
  ASSERT_TRUE(receipt && receipt->reply);
  EXPECT_EQ(server.ignored_count(), 1U);
  EXPECT_EQ(server.echoed_count(), 1U);
  proto::bytes buffer(16);
  EXPECT_EQ(twin->receive(buffer).error(), std::errc::operation_would_block);
}

net::awaitable<bool> echoes(proto::address server, proto::bytes payload) {
  std::vector<proto::address> addresses{server};
  tcp_connect_options options;
  auto stream = co_await tcp_connect(addresses, options);
  if (!stream) co_return false;
  proto::bytes back;
  std::function<void(proto::byte_view)> on_data = [&](proto::byte_view data) {
    back.insert(back.end(), data.begin(), data.end());
  };
  const auto totals = co_await exchange_tcp(*stream, payload, after_sending::half_close, on_data);
  co_return totals&& back == payload;
}

TEST(TcpEchoServer, SendsMegabytesBackAndClosesWhenThePeerHas) {
  net::io_context io;
  tcp_echo_server server{std::move(*tcp_listener::open(io.get_executor(), loopback()))};
  asio::co_spawn(io, server.run(), asio::detached);
  EXPECT_TRUE(test::run(io, echoes(server.local_address(), proto::bytes(5'000'000, 'm'))));
  EXPECT_EQ(server.echoed_bytes(), 5'000'000U);
}

TEST(TcpEchoServer, ServesAHundredClientsAtOnce) {
  net::io_context io;
  tcp_echo_server server{std::move(*tcp_listener::open(io.get_executor(), loopback()))};
  asio::co_spawn(io, server.run(), asio::detached);
  int done = 0;
  int right = 0;
  for (std::uint8_t i = 0; i < 100; ++i) {
    asio::co_spawn(io, echoes(server.local_address(), proto::bytes(10'000, i)),
                   [&](const std::exception_ptr&, bool same) {
                     ++done;
                     right += same ? 1 : 0;
                     if (done == 100) server.stop();
                   });
  }
  io.run_for(test::hang);
  EXPECT_EQ(right, 100);
  EXPECT_EQ(server.served_count(), 100U);
}

TEST(TcpEchoServer, ClosesConnectionsBeyondItsMaximum) {
  net::io_context io;
  tcp_echo_server server{std::move(*tcp_listener::open(io.get_executor(), loopback())), 1};
  asio::co_spawn(io, server.run(), asio::detached);
  tcp_connect_options options;
  auto first = test::run(io, tcp_connect({server.local_address()}, options));
  ASSERT_TRUE(first);
  auto second = test::run(io, tcp_connect({server.local_address()}, options));
  ASSERT_TRUE(second);
  proto::bytes buffer(16);
  const auto end = test::run(io, second->read_some(buffer));
  EXPECT_EQ(end.value_or(0), 0U);
  EXPECT_EQ(test::run(io, first->write_all(proto::as_bytes("still"))), std::error_code{});
  EXPECT_EQ(test::run(io, first->read_some(buffer)).value_or(0), 5U);
}

TEST(TcpEchoServer, StoppingClosesWhatIsOpen) {
  net::io_context io;
  tcp_echo_server server{std::move(*tcp_listener::open(io.get_executor(), loopback()))};
  bool has_ended = false;
  asio::co_spawn(io, server.run(), [&](const std::exception_ptr&, std::error_code) { has_ended = true; });
  auto client = test::run(io, tcp_connect({server.local_address()}, {}));
  ASSERT_TRUE(client);
  ASSERT_FALSE(test::run(io, client->write_all(proto::as_bytes("x"))));
  proto::bytes buffer(16);
  ASSERT_TRUE(test::run(io, client->read_some(buffer)));
  server.stop();
  EXPECT_EQ(test::run(io, client->read_some(buffer)).value_or(0), 0U);
  io.restart();
  io.run_for(test::hang);
  EXPECT_TRUE(has_ended);
}

}  // namespace
}  // namespace tern::udp
