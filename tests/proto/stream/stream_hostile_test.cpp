// Whoever connects to the relay's port, and peers that do not keep to the rules.
#include "tests/proto/stream/raw_stream_client.hpp"
#include "tests/proto/stream/stream_pair.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

constexpr lane_id lane{1, priority::interactive, delivery::reliable_ordered};
constexpr lane_id unreliable{1, priority::interactive, delivery::unreliable};

bytes with_preface(bytes octets) {
  octets.insert(octets.begin(), stream_preface.begin(), stream_preface.end());
  return octets;
}

bytes hello() {
  bytes packet(hello_bytes_min);
  writer out{packet};
  append(out, hello_header{{{1, 2, 3, 4, 5, 6, 7, 8}}, hello_bytes_min});
  return test::raw_stream_client::with_length(packet);
}

bytes joined(bytes one, const bytes& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

// The relay has told its driver to close the stream, and its owner nothing.
void expect_closed(stream_pair& link, std::string_view what) {
  const auto* finished = stream_pair::find<stream_finished>(link.relay_events());
  ASSERT_NE(finished, nullptr) << what;
  EXPECT_EQ(finished->how, stream_finished::manner::abort) << what;
  EXPECT_EQ(link.relay_events().size(), 1U) << what;
  EXPECT_EQ(link.relay().connection_count(), 0U) << what;
}

TEST(StreamHostile, ForeignGreetingsAreClosedAtOnceWithoutAnOctet) {
  using namespace std::string_view_literals;
  for (const std::string_view greeting :
       {"GET / HTTP/1.1\r\nHost: relay\r\n\r\n"sv, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"sv,
        "SSH-2.0-OpenSSH_9.2\r\n"sv, "\x80\x2e\x01\x03\x01"sv, "hello?\n"sv, "\0\0\0\0"sv, "\xff\xff\xff\xff"sv,
        "\xb8TRM"sv}) {
    for (const bool octet_by_octet : {false, true}) {
      stream_pair link;
      const connection_handle stream = link.accept();
      for (std::size_t i = 0; i < greeting.size(); i += octet_by_octet ? 1 : greeting.size()) {
        link.write_to_relay(stream, text(greeting.substr(i, octet_by_octet ? 1 : greeting.size())));
        EXPECT_TRUE(link.take_from_relay(stream).empty());
      }
      expect_closed(link, greeting);
      EXPECT_EQ(link.relay().counters().streams_foreign, 1U);
    }
  }
}

TEST(StreamHostile, BadLengthsAndPacketsOutOfTurnAreClosedAtOnceWithoutAnOctet) {
  bytes data(40, 0x80);
  const auto packet = test::raw_stream_client::with_length;
  const bytes second_hello = joined(hello(), hello());
  for (const bytes& octets : {bytes{0, 0}, bytes{0xff, 0xff}, bytes{0x05, 0xc1}, packet(data), packet(bytes(10)),
                              packet(bytes{0xb1, 1}), packet(bytes(200, 0xb2)), second_hello}) {
    stream_pair link;
    const connection_handle stream = link.accept();
    link.write_to_relay(stream, with_preface(octets));
    EXPECT_TRUE(link.take_from_relay(stream).empty());
    expect_closed(link, "");
    EXPECT_EQ(link.relay().counters().malformed, 1U);
  }
}

TEST(StreamHostile, NothingIsSaidToWhatIsNotFinished) {
  stream_pair link;
  const bytes whole = with_preface(hello());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const connection_handle stream = link.accept();
    link.write_to_relay(stream, {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    EXPECT_TRUE(link.take_from_relay(stream).empty()) << size;
    link.relay().on_stream_end(link.now(), stream);
    link.drain();
  }
  EXPECT_EQ(link.relay().connection_count(), 0U);
  const connection_handle stream = link.accept();
  link.write_to_relay(stream, whole);
  EXPECT_EQ(link.take_from_relay(stream).size(), 2U + retry_bytes_fixed) << "a HELLO is answered, to the octet";
}

TEST(StreamHostile, SilenceIsClosedAfterTenSeconds) {
  for (const bytes& said : {bytes{}, with_preface({}), with_preface(hello()), with_preface({0x00})}) {
    stream_pair link;
    const connection_handle stream = link.accept();
    link.write_to_relay(stream, said);
    link.take_from_relay(stream);
    link.run_for(9900ms);
    EXPECT_EQ(link.relay().connection_count(), 1U);
    link.run_for(200ms);
    expect_closed(link, "silent");
    EXPECT_EQ(link.relay().counters().streams_expired, 1U);
  }
}

TEST(StreamHostile, AnOctetNowAndThenBuysNoTime) {
  stream_pair link;
  const connection_handle stream = link.accept();
  const bytes whole = with_preface(hello());
  for (const std::uint8_t octet : whole) {
    link.write_to_relay(stream, {octet});
    link.run_for(1s);
  }
  expect_closed(link, "slow");
}

TEST(StreamHostile, AThousandIdleStreamsFromOneAddressLeaveOthersAlone) {
  stream_pair link;
  const path crowd{address::v4(198, 51, 100, 1, 9), 0};
  std::size_t refused = 0;
  for (int i = 0; i < 1000; ++i) refused += link.relay().accept_stream(link.now(), crowd) ? 0U : 1U;
  link.drain();
  EXPECT_EQ(refused, 0U) << "the oldest of the crowd goes for the newest";
  EXPECT_EQ(link.relay().connection_count(), handshake_admission_limits{}.half_open_streams_prefix_max);
  EXPECT_EQ(stream_pair::count<stream_finished>(link.relay_events()),
            1000 - handshake_admission_limits{}.half_open_streams_prefix_max);
  link.connect();
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<validated>(link.relay_events()) != nullptr; }, 1s));
  link.run_for(11s);
  EXPECT_EQ(link.relay().connection_count(), 1U) << "only the one that shook hands is left";
}

TEST(StreamHostile, HalfOpenStreamsAreBoundedInAll) {
  endpoint_config tight;
  tight.admission.half_open_streams_max = 10;
  stream_pair link{1, {}, {}, tight};
  for (std::uint8_t i = 0; i < 30; ++i)
    EXPECT_TRUE(link.relay().accept_stream(link.now(), {address::v4(10, 0, 0, i, 9), 0}));
  EXPECT_EQ(link.relay().connection_count(), 10U);
  EXPECT_EQ(link.relay().counters().streams_evicted, 20U);
}

TEST(StreamHostile, BeyondTheConnectionsOfAPrefixStreamsAreRefused) {
  endpoint_config tight;
  tight.connections_prefix_max = 2;
  stream_pair link{1, {}, {}, tight};
  EXPECT_TRUE(link.relay().accept_stream(link.now(), link.client_path));
  EXPECT_TRUE(link.relay().accept_stream(link.now(), link.client_path));
  EXPECT_EQ(link.relay().accept_stream(link.now(), link.client_path).error(), make_error_code(errc::refused));
  EXPECT_EQ(link.relay().counters().streams_refused, 1U);
}

TEST(StreamHostile, AnEndpointThatOnlyConnectsAcceptsNoStream) {
  stream_pair link;
  EXPECT_EQ(link.client().accept_stream(link.now(), link.relay_path).error(), make_error_code(errc::refused));
}

TEST(StreamHostile, AClientIsNotFooledByWhoeverElseListensThere) {
  for (const std::string_view greeting :
       {"220 mail.example ESMTP\r\n", "HTTP/1.1 400 Bad Request\r\n", "SSH-2.0-x\r\n"}) {
    stream_pair link;
    const connection_handle client = link.connect();
    bytes octets = text(greeting);
    link.client().on_stream_data(link.now(), client, octets);
    link.drain();
    const auto* event = stream_pair::find<closed>(link.client_events());
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(event->how, closed::cause::never_answered);
  }
}

// An authenticated client.
struct stage {
  stage() : client(relay, key->public_part(), now) {
    EXPECT_TRUE(client.is_connected());
    client.send_frames(now, ping_frame{});
    client.read(now);
  }
  template <class... Frames>
  std::optional<close_code> after(const Frames&... frames) {
    client.send_frames(now, frames...);
    return client.close_from_relay(now);
  }
  template <class Event>
  std::optional<Event> event() {
    std::optional<Event> found;
    while (auto next = relay.poll_event())
      if (const auto* wanted = std::get_if<Event>(&*next)) found = *wanted;
    return found;
  }

  time_point now{1h};
  test::seeded_entropy source{1};
  std::shared_ptr<x25519_keypair> key = std::make_shared<x25519_keypair>(x25519_keypair::draw(source));
  endpoint relay{config(), source, now};
  test::raw_stream_client client;

 private:
  endpoint_config config() const {
    endpoint_config made;
    made.relay_key = key;
    return made;
  }
};

message_frame fragment(std::uint64_t number, std::uint64_t total, std::uint64_t offset, byte_view data) {
  message_frame frame;
  frame.lane = lane;
  frame.number = message_number{number};
  frame.total = total;
  frame.offset = offset;
  frame.data = data;
  return frame;
}

TEST(StreamHostile, FramesOfDatagramsCloseTheConnection) {
  ack_frame ack;
  ack.ranges.push_back({packet_number{0}, packet_number{0}});
  EXPECT_EQ(stage{}.after(ack), close_code::protocol_error);
  EXPECT_EQ(stage{}.after(path_challenge_frame{}), close_code::protocol_error);
  EXPECT_EQ(stage{}.after(path_response_frame{}), close_code::protocol_error);
  EXPECT_EQ(stage{}.after(params_frame{}), close_code::protocol_error);
  EXPECT_EQ(stage{}.after(reply_info_frame{}), close_code::protocol_error);
}

TEST(StreamHostile, AnOptimisticLaneAckClosesTheConnection) {
  EXPECT_EQ(stage{}.after(lane_ack_frame{lane, message_number{1}}), close_code::ack_of_unsent);
  EXPECT_EQ(stage{}.after(lane_ack_frame{unreliable, message_number{0}}), close_code::ack_of_unsent);
}

TEST(StreamHostile, UndecodableFramesCloseTheConnection) {
  stage scene;
  scene.client.send(bytes{0x3f}, scene.now);
  EXPECT_EQ(scene.client.close_from_relay(scene.now), close_code::protocol_error);
  stage cut;
  cut.client.send(bytes{0x0d}, cut.now);
  EXPECT_EQ(cut.client.close_from_relay(cut.now), close_code::frame_encoding_error);
}

TEST(StreamHostile, LimitsOfLanesHoldAsOnDatagrams) {
  const bytes data(10, 1);
  EXPECT_EQ(stage{}.after(fragment(0, limits::message_bytes_max_default + 1, 0, data)), close_code::protocol_error);
  EXPECT_EQ(stage{}.after(fragment(65'536, 1, 0, bytes(1))), close_code::protocol_error);
  EXPECT_EQ(stage{}.after(fragment(0, 200'000, 0, data), fragment(1, 200'000, 0, data), fragment(2, 200'000, 0, data)),
            close_code::flow_control_error);
}

TEST(StreamHostile, MoreThanTheMemoryForReassemblyClosesTheConnection) {
  stage scene;
  const bytes data(50'000, 1);
  std::optional<close_code> code;
  // Within the credit: it counts whole messages, of which this peer finishes none.
  for (std::uint64_t i = 0; i < 20 && !code; ++i) code = scene.after(fragment(i / 5, 256'000, i % 5 * 50'000, data));
  EXPECT_TRUE(code == close_code::busy || code == close_code::flow_control_error);
}

TEST(StreamHostile, APacketThatHasBegunIsWholeInFifteenSecondsOrTheStreamIsOver) {
  stage scene;
  const bytes ping{0x01, 1, 2, 3, 4, 5, 6, 7, 8};
  const bytes first = scene.client.sealed(ping);
  const bytes second = scene.client.sealed(ping);
  const auto half = [](const bytes& packet) { return packet.begin() + 10; };
  const auto wait = [&scene](duration time) {
    scene.now += time;
    scene.relay.on_timeout(scene.now);
  };
  scene.client.write({first.begin(), half(first)}, scene.now);
  wait(14s);
  scene.client.write(joined({half(first), first.end()}, {second.begin(), half(second)}), scene.now);
  wait(14s);
  scene.client.write({*half(second)}, scene.now);
  EXPECT_FALSE(scene.event<closed>()) << "the second has not had its time";
  EXPECT_LE(*scene.relay.next_deadline(), scene.now + 1s);
  wait(1s);
  const auto over = scene.event<closed>();
  ASSERT_TRUE(over);
  EXPECT_EQ(over->how, closed::cause::broken);
}

TEST(StreamHostile, AForgedPacketEndsTheStreamAtOnceWithoutClose) {
  stage scene;
  bytes packet = scene.client.sealed(bytes{0x01, 1, 2, 3, 4, 5, 6, 7, 8});
  packet.back() ^= 1U;
  scene.client.write(packet, scene.now);
  EXPECT_EQ(scene.client.read(scene.now), 0U);
  EXPECT_EQ(scene.event<closed>()->how, closed::cause::broken);
  EXPECT_EQ(scene.relay.counters().packets_forged, 1U);
}

TEST(StreamHostile, AReplayedPacketEndsTheStream) {
  stage scene;
  const bytes packet = scene.client.sealed(bytes{0x01, 1, 2, 3, 4, 5, 6, 7, 8});
  scene.client.write(packet, scene.now);
  EXPECT_GT(scene.client.read(scene.now), 0U);
  scene.client.write(packet, scene.now);
  EXPECT_EQ(scene.event<closed>()->how, closed::cause::broken);
}

TEST(StreamHostile, AFloodOfPingsIsAnsweredWithinBounds) {
  stage scene;
  for (int i = 0; i < 1000; ++i) scene.client.send_frames(scene.now, ping_frame{});
  EXPECT_LE(scene.client.read(scene.now), 200U);
}

TEST(StreamHostile, AReplayedHandshakeStaysProvisionalAndGoes) {
  // Somebody plays a recorded stream again: INITIAL opens, but nothing behind it does.
  stream_pair link;
  const connection_handle client = link.connect();
  ASSERT_TRUE(link.client().send(client, ordered_lane, text("hello"), {}, link.now(), true));
  link.run_for(1s);
  const bytes recorded = link.sent_by_client;
  link.relay_events().clear();
  const connection_handle replayed = link.accept();
  link.write_to_relay(replayed, recorded);
  const auto* again = stream_pair::find<accepted>(link.relay_events());
  ASSERT_NE(again, nullptr);
  EXPECT_TRUE(again->provisional);
  EXPECT_EQ(stream_pair::find<validated>(link.relay_events()), nullptr);
  EXPECT_EQ(stream_pair::find<closed>(link.relay_events())->how, closed::cause::broken);
}

}  // namespace
}  // namespace tern::proto
