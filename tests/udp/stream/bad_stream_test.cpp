// Streams that do what streams can do: dribble, stall, break, end too early, be too many.
#include "tests/udp/plain/loopback.hpp"
#include "tests/udp/stations.hpp"
#include "tests/udp/stream/slow_wire.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <string_view>
#include <sys/resource.h>

namespace tern::udp {
namespace {

using std::chrono::milliseconds;
using test::slow_wire;
using test::station;

struct BadStream : ::testing::Test, test::pair_of_stations {
  BadStream() { relay.listen(); }

  proto::connection_handle connect(const proto::address& at) { return client.connect_stream(at, key.public_part()); }
  bool until_connected(const station& at, std::size_t count = 1) {
    return run_until([&] { return at.count<proto::connected>() == count; });
  }
  // Until the driver has rested for a moment.
  std::uint64_t turns_in_a_while() {
    io.run_for(milliseconds{50});
    const auto before = client.turns + relay.turns;
    io.run_for(milliseconds{100});
    return client.turns + relay.turns - before;
  }
};

// What a peer that is none of ours gets to read, until the end.
struct stranger {
  stranger(net::io_context& io, const proto::address& to) : socket(io) {
    socket.connect(asio_endpoint<asio::ip::tcp::endpoint>(to));
  }
  void say(std::string_view text) { asio::write(socket, asio::buffer(text)); }
  void listen() {
    socket.async_read_some(asio::buffer(space), [this](std::error_code error, std::size_t size) {
      heard += size;
      has_ended = static_cast<bool>(error);
      if (!error) listen();
    });
  }
  asio::ip::tcp::socket socket;
  std::array<char, 100> space{};
  std::size_t heard = 0;
  bool has_ended = false;
};

TEST_F(BadStream, OneOctetAtATimeIsAsGood) {
  slow_wire wire{io, relay.stream_address, 1};
  const auto stream = client.connect_stream(wire.address(), std::nullopt);
  client.on_each = [&](const proto::endpoint_event& event) {
    if (std::holds_alternative<proto::relay_key_offered>(event)) client.endpoint.trust(stream, clock::now());
  };
  client.say(stream, "there");
  ASSERT_TRUE(run_until([&] { return !relay.texts.empty(); }));
  relay.say(relay.from, std::string(2000, 'b'));
  ASSERT_TRUE(run_until([&] { return !client.texts.empty(); }));
  EXPECT_EQ(relay.texts.front(), "there");
  EXPECT_EQ(client.texts.front(), std::string(2000, 'b'));
  EXPECT_GT(wire.passed_to_client(), 2000U);
}

TEST_F(BadStream, WhoReadsNothingIsWaitedForAndNobodyElseIs) {
  slow_wire wire{io, relay.stream_address, 65536};
  const auto slow = connect(wire.address());
  client.say(slow, "here I am");
  ASSERT_TRUE(run_until([&] { return !relay.texts.empty(); }));
  const auto to_slow = relay.from;
  wire.stall_to_client();
  const auto sent_before = relay.runner.counters().stream_bytes_sent;
  std::vector<std::string> said;
  for (int i = 0; i < 100; ++i) {
    said.push_back(std::to_string(i) + std::string(4000, 's'));
    relay.say(to_slow, said.back());
  }
  EXPECT_LT(turns_in_a_while(), 10U) << "what cannot be written must not be tried all the time";
  EXPECT_LT(relay.runner.counters().stream_bytes_sent - sent_before, 200'000U);
  EXPECT_GT(relay.endpoint.queued_bytes(to_slow), 200'000U);

  const auto fast = connect(relay.stream_address);
  client.say(fast, "me too");
  ASSERT_TRUE(run_until([&] { return relay.texts.size() == 2; }));
  relay.say(relay.from, "welcome");
  ASSERT_TRUE(run_until([&] { return !client.texts.empty(); }));
  EXPECT_EQ(client.texts, std::vector<std::string>{"welcome"});

  client.texts.clear();
  wire.flow_to_client();
  ASSERT_TRUE(run_until([&] { return client.texts.size() == said.size(); }));
  EXPECT_EQ(client.texts, said);
}

TEST_F(BadStream, AResetIsABrokenConnectionOnBothSidesWithItsReason) {
  slow_wire wire{io, relay.stream_address, 65536};
  const auto stream = connect(wire.address());
  ASSERT_TRUE(until_connected(client));
  client.say(stream, "here I am");
  ASSERT_TRUE(run_until([&] { return !relay.texts.empty(); }));
  wire.cut();
  ASSERT_TRUE(run_until([&] { return client.how_it_closed() && relay.how_it_closed(); }));
  EXPECT_EQ(client.how_it_closed()->how, proto::closed::cause::broken);
  EXPECT_EQ(relay.how_it_closed()->how, proto::closed::cause::broken);
  ASSERT_EQ(client.reports.size(), 1U);
  EXPECT_EQ(client.reports.front().reason, std::errc::connection_reset);
  EXPECT_TRUE(relay.reports.empty()) << "how others fare is no news";
}

TEST_F(BadStream, AnEndWithoutFarewellIsABrokenConnection) {
  slow_wire wire{io, relay.stream_address, 65536};
  const auto stream = connect(wire.address());
  client.say(stream, "here I am");
  ASSERT_TRUE(run_until([&] { return !relay.texts.empty() && client.was_told<proto::connected>(); }));
  wire.end_towards_target();
  ASSERT_TRUE(run_until([&] { return client.how_it_closed() && relay.how_it_closed(); }));
  EXPECT_EQ(relay.how_it_closed()->how, proto::closed::cause::broken);
  EXPECT_EQ(client.how_it_closed()->how, proto::closed::cause::broken);
  EXPECT_FALSE(client.runner.local_address_of(stream));
}

TEST_F(BadStream, AnOrderlyEndIsWaitedForTwoSecondsAtMost) {
  slow_wire wire{io, relay.stream_address, 65536};
  const auto stream = connect(wire.address());
  ASSERT_TRUE(until_connected(client));
  client.say(stream, "here I am");
  ASSERT_TRUE(run_until([&] { return !relay.texts.empty(); }));
  wire.stall_to_client();
  const auto begun = clock::now();
  client.endpoint.close(stream, proto::close_code::none, "done", begun, proto::duration::zero());
  client.runner.wake();
  ASSERT_TRUE(run_until([&] { return relay.how_it_closed() != nullptr; }));
  EXPECT_TRUE(client.runner.local_address_of(stream)) << "its peer has not ended yet";
  ASSERT_TRUE(run_until([&] { return !client.runner.local_address_of(stream); }));
  EXPECT_GE(clock::now() - begun, std::chrono::seconds{2});
  EXPECT_LT(clock::now() - begun, std::chrono::seconds{4});
}

TEST_F(BadStream, AboveTheLimitStreamsAreClosedWithoutAnOctet) {
  relay.runner.set_accepted_streams_max(1);
  connect(relay.stream_address);
  ASSERT_TRUE(until_connected(client));
  stranger second{io, relay.stream_address};
  second.listen();
  ASSERT_TRUE(run_until([&] { return second.has_ended; }));
  EXPECT_EQ(second.heard, 0U);
  EXPECT_EQ(relay.runner.counters().streams_refused, 1U);
  EXPECT_EQ(relay.runner.counters().streams_accepted, 1U);
  EXPECT_EQ(client.how_it_closed(), nullptr);
}

TEST_F(BadStream, AStreamThatIsGoneMakesRoomForAnother) {
  relay.runner.set_accepted_streams_max(1);
  for (std::size_t i = 1; i <= 3; ++i) {
    const auto stream = connect(relay.stream_address);
    ASSERT_TRUE(until_connected(client, i));
    client.endpoint.close(stream, proto::close_code::none, "", clock::now(), proto::duration::zero());
    client.runner.wake();
    ASSERT_TRUE(run_until([&] { return relay.count<proto::closed>() == i; }));
    // A socket goes when both sides have ended.
    ASSERT_TRUE(run_until([&] { return !client.runner.local_address_of(stream); }));
    while (io.poll() > 0) continue;
  }
  EXPECT_EQ(relay.runner.counters().streams_accepted, 3U);
}

TEST_F(BadStream, WhoSpeaksSomethingElseGetsNotAnOctet) {
  using namespace std::string_view_literals;
  for (const auto greeting : {"GET / HTTP/1.1\r\n\r\n"sv, "\x16\x03\x01\x02\x00\x01"sv, "SSH-2.0-OpenSSH_9.2\r\n"sv,
                              "\xB8\x54\x52\x4E\x00\x00"sv, "\xB8\x54\x52\x4E\xFF\xFF"sv, "\x00"sv}) {
    stranger one{io, relay.stream_address};
    one.say(greeting);
    one.listen();
    ASSERT_TRUE(run_until([&] { return one.has_ended; })) << greeting;
    EXPECT_EQ(one.heard, 0U) << greeting;
  }
  EXPECT_TRUE(relay.events.empty());
  EXPECT_EQ(relay.runner.counters().stream_bytes_sent, 0U);
}

TEST_F(BadStream, StreamsThatAreGivenUpAtOnceDoNotEndTheAccepting) {
  for (int i = 0; i < 50; ++i) {
    stranger one{io, relay.stream_address};
    one.socket.set_option(asio::socket_base::linger{true, 0});
  }
  connect(relay.stream_address);
  EXPECT_TRUE(until_connected(client));
}

// The process has no descriptor left while this exists.
class no_descriptors {
 public:
  no_descriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    ::close(next);
    const ::rlimit none{static_cast<rlim_t>(next), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  no_descriptors(const no_descriptors&) = delete;
  no_descriptors& operator=(const no_descriptors&) = delete;

 private:
  ::rlimit before_{};
};

TEST_F(BadStream, WithoutDescriptorsDatagramsGoOnAndStreamsWait) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "UBSan looks at an object by a pipe of its own, and calls it none where there are no descriptors";
#endif
  connect(relay.stream_address);
  {
    const no_descriptors scarcity;
    ASSERT_TRUE(run_until([&] { return relay.runner.counters().accept_failed > 0; }));
    const auto by_datagram = client.connect(relay.address, key.public_part());
    client.say(by_datagram, "still here");
    ASSERT_TRUE(run_until([&] { return !relay.texts.empty(); }));
    const auto failed = relay.runner.counters().accept_failed;
    EXPECT_LT(turns_in_a_while(), 20U);
    EXPECT_LE(relay.runner.counters().accept_failed - failed, 2U) << "it tries again every 100 ms";
    const auto stream = connect(relay.stream_address);
    ASSERT_TRUE(run_until([&] { return client.how_it_closed() != nullptr; }));
    EXPECT_EQ(client.how_it_closed()->connection, stream);
    EXPECT_EQ(client.reports.front().reason, std::errc::too_many_files_open);
  }
  EXPECT_TRUE(until_connected(client, 2));
}

// Its driver goes in the middle of a turn.
struct brief_owner final : driver_owner {
  brief_owner(net::io_context& io, system_entropy& source)
      : endpoint({}, source, clock::now()), runner(std::make_unique<driver>(io.get_executor(), endpoint, *this)) {}
  void on_event(proto::time_point, proto::endpoint_event) override {
    EXPECT_TRUE(runner) << "called after its end";
    runner.reset();
  }
  void on_turn(proto::time_point) override { EXPECT_TRUE(runner) << "called after its end"; }
  std::optional<proto::time_point> next_deadline() override { return std::nullopt; }
  void on_unreachable(proto::time_point, const unreachable_report&) override {}

  proto::endpoint endpoint;
  std::unique_ptr<driver> runner;
};

TEST_F(BadStream, ADriverThatGoesInTheMiddleOfATurnLeavesNothing) {
  brief_owner brief{io, source};
  const auto stream =
      brief.endpoint.connect_stream(clock::now(), {relay.stream_address, 0}, client.options_for(key.public_part()));
  ASSERT_TRUE(brief.endpoint.send(stream, test::lane, proto::bytes(200'000, 'x'), {}, clock::now()));
  brief.runner->open_stream(stream, relay.stream_address);
  ASSERT_TRUE(run_until([&] { return relay.how_it_closed() != nullptr; }));
  EXPECT_EQ(relay.how_it_closed()->how, proto::closed::cause::broken);
  EXPECT_FALSE(brief.runner);
}

}  // namespace
}  // namespace tern::udp
