#include "udp/plain/line_session.hpp"

#include "tests/udp/plain/loopback.hpp"
#include "tests/udp/plain/pipe.hpp"
#include "tests/udp/run.hpp"
#include "udp/plain/datagram_port.hpp"
#include "udp/plain/datagram_turns.hpp"
#include "udp/plain/tcp_connect.hpp"
#include "udp/plain/tcp_echo_server.hpp"
#include "udp/plain/udp_echo_server.hpp"

#include <gtest/gtest.h>

namespace tern::udp {
namespace {

using test::loopback;
using strings = std::vector<std::string>;

struct session {
  net::io_context io;
  test::pipe keyboard;
  strings shown;
  line_session_options options;

  result<session_end> run(line_peer& peer) {
    auto input = line_input::open(io.get_executor(), keyboard.read_end());
    return test::run(
        io, run_line_session(*input, peer, options, [this](std::string_view line) { shown.emplace_back(line); }));
  }
};

struct tcp_session : session {
  tcp_listener listener = std::move(*tcp_listener::open(io.get_executor(), loopback()));
  tcp_line_peer peer{std::move(*test::run(io, tcp_connect({listener.local_address()}, {})))};
};

TEST(LineSession, EndOfInputWaitsForTheAnswersOfTheEcho) {
  tcp_session it;
  tcp_echo_server echo{std::move(it.listener)};
  asio::co_spawn(it.io, echo.run(), asio::detached);
  it.keyboard.write("one\ntwo\nno line end");
  it.keyboard.close();
  it.options.linger = test::hang / 2;
  // The echo closes when it has sent everything back, long before the linger is over.
  EXPECT_EQ(it.run(it.peer), session_end::hung_up);
  EXPECT_EQ(it.shown, (strings{"one", "two", "no line end"}));
}

TEST(LineSession, ByeIsSentAndEndsIt) {
  tcp_session it;
  auto other = test::run(it.io, it.listener.accept());
  ASSERT_TRUE(other);
  it.keyboard.write("hello\nbye\nnever sent\n");
  EXPECT_EQ(it.run(it.peer), session_end::bye);
  proto::bytes buffer(64);
  const auto size = test::run(it.io, other->read_some(buffer));
  ASSERT_TRUE(size);
  EXPECT_EQ(proto::as_text({buffer.data(), *size}), "hello\nbye\n");
}

TEST(LineSession, ByeOfThePeerEndsIt) {
  tcp_session it;
  auto other = test::run(it.io, it.listener.accept());
  ASSERT_TRUE(other);
  ASSERT_FALSE(test::run(it.io, other->write_all(proto::as_bytes("hello\r\nbye\r\n"))));
  EXPECT_EQ(it.run(it.peer), session_end::bye);
  EXPECT_EQ(it.shown, (strings{"hello", "bye"}));
}

TEST(LineSession, HangingUpEndsItWhileTheInputIsStillOpen) {
  tcp_session it;
  auto other = test::run(it.io, it.listener.accept());
  ASSERT_TRUE(other);
  ASSERT_FALSE(test::run(it.io, other->write_all(proto::as_bytes("last words"))));
  other->close();
  EXPECT_EQ(it.run(it.peer), session_end::hung_up);
  EXPECT_EQ(it.shown, strings{"last words"});
}

TEST(LineSession, AQuietPeerEndsItAfterTheLinger) {
  tcp_session it;
  auto other = test::run(it.io, it.listener.accept());
  ASSERT_TRUE(other);
  it.keyboard.close();
  it.options.linger = std::chrono::milliseconds{20};
  EXPECT_EQ(it.run(it.peer), session_end::end_of_input);
}

struct udp_session : session {
  datagram_port port = std::move(*datagram_port::open(io.get_executor(), loopback()));
  std::unique_ptr<datagram_turns> peer = std::move(*datagram_turns::open(io.get_executor(), {port.local_address()}));
};

TEST(LineSession, OverUdpEachLineIsADatagram) {
  udp_session it;
  udp_echo_server echo{std::move(it.port)};
  asio::co_spawn(it.io, echo.run(), asio::detached);
  it.keyboard.write("one\n\nthree\n");
  it.keyboard.close();
  it.options.linger = std::chrono::milliseconds{200};
  EXPECT_EQ(it.run(*it.peer), session_end::end_of_input);
  EXPECT_EQ(it.shown, (strings{"one", "", "three"}));
  EXPECT_EQ(echo.echoed_count(), 3U);
}

TEST(LineSession, OverUdpAClosedPortIsAnError) {
  session it;
  const auto closed = udp_socket::open(loopback())->local_address();
  const auto peer = std::move(*datagram_turns::open(it.io.get_executor(), {closed}));
  it.keyboard.write("anyone?\n");
  const auto ended = it.run(*peer);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error(), std::errc::connection_refused);
}

TEST(LineSession, OverUdpARefusalMovesOnToTheNextAddress) {
  udp_session it;
  const auto closed = udp_socket::open(loopback())->local_address();
  const auto peer = std::move(*datagram_turns::open(it.io.get_executor(), {closed, closed, it.port.local_address()}));
  udp_echo_server echo{std::move(it.port)};
  asio::co_spawn(it.io, echo.run(), asio::detached);
  it.keyboard.write("one\ntwo\n");
  it.keyboard.close();
  it.options.linger = std::chrono::milliseconds{200};
  EXPECT_EQ(it.run(*peer), session_end::end_of_input);
  EXPECT_EQ(it.shown, (strings{"one", "two"}));
}

}  // namespace
}  // namespace tern::udp
