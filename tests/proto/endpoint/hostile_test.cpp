// An authenticated peer that does not keep to the rules.
#include "tests/proto/endpoint/raw_client.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

constexpr lane_id lane{1, priority::interactive, delivery::reliable_ordered};

struct stage {
  stage() : client(relay, key->public_part(), now) { EXPECT_TRUE(client.is_connected()); }

  // What the relay closes with after these frames.
  template <class... Frames>
  std::optional<close_code> after(const Frames&... frames) {
    client.send_frames(now, frames...);
    return client.close_from_relay(now);
  }

  time_point now{1h};
  test::seeded_entropy source{1};
  std::shared_ptr<x25519_keypair> key = std::make_shared<x25519_keypair>(x25519_keypair::draw(source));
  endpoint relay{config(), source, now};
  test::raw_client client;

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

TEST(Hostile, AnOptimisticAckClosesTheConnection) {
  stage scene;
  ack_frame ack;
  ack.largest = packet_number{1000};
  ack.ranges.push_back({packet_number{1}, packet_number{1000}});
  EXPECT_EQ(scene.after(ack), close_code::ack_of_unsent);
}

TEST(Hostile, AnUnknownFrameClosesTheConnection) {
  stage scene;
  scene.client.send(bytes{0x3f}, scene.now);
  EXPECT_EQ(scene.client.close_from_relay(scene.now), close_code::protocol_error);
}

TEST(Hostile, ATruncatedFrameClosesTheConnectionAndLeavesNothing) {
  stage scene;
  bytes payload(64);
  writer out{payload};
  const bytes data(10, 1);
  append(out, fragment(0, 10, 0, data));
  payload.resize(out.size() + 1);
  payload.back() = 0x03;  // an ACK without its fields
  scene.client.send(payload, scene.now);
  EXPECT_EQ(scene.client.close_from_relay(scene.now), close_code::frame_encoding_error);
  while (auto event = scene.relay.poll_event()) EXPECT_FALSE(std::holds_alternative<readable>(*event));
}

TEST(Hostile, HandshakeFramesAfterTheHandshakeCloseTheConnection) {
  stage scene;
  EXPECT_EQ(scene.after(params_frame{}), close_code::protocol_error);
}

TEST(Hostile, AFrameOfTheStreamModeClosesTheConnection) {
  stage scene;
  EXPECT_EQ(scene.after(lane_ack_frame{lane, message_number{0}}), close_code::protocol_error);
}

TEST(Hostile, MoreThanTheCreditClosesTheConnection) {
  stage scene;
  const bytes data(10, 1);
  std::optional<close_code> code;
  for (std::uint64_t number = 0; number < 4 && !code; ++number) code = scene.after(fragment(number, 200'000, 0, data));
  EXPECT_EQ(code, close_code::flow_control_error);
}

TEST(Hostile, AMessageBeyondTheLimitClosesTheConnection) {
  stage scene;
  const bytes data(10, 1);
  EXPECT_EQ(scene.after(fragment(0, limits::message_bytes_max_default + 1, 0, data)), close_code::protocol_error);
}

TEST(Hostile, AChangedTotalClosesTheConnection) {
  stage scene;
  const bytes data(10, 1);
  EXPECT_EQ(scene.after(fragment(0, 100, 0, data)), std::nullopt);
  EXPECT_EQ(scene.after(fragment(0, 101, 20, data)), close_code::protocol_error);
}

TEST(Hostile, ANumberTooFarAheadClosesTheConnection) {
  stage scene;
  const bytes data(1, 1);
  EXPECT_EQ(scene.after(fragment(65'536, 1, 0, data)), close_code::protocol_error);
}

TEST(Hostile, TooManyLanesCloseTheConnection) {
  stage scene;
  std::optional<close_code> code;
  std::uint64_t index = 0;
  for (; index < 3000 && !code; ++index) {
    message_frame frame = fragment(0, 0, 0, {});
    frame.lane = lane_id{index, priority::interactive, delivery::reliable_ordered};
    code = scene.after(frame);
  }
  EXPECT_EQ(code, close_code::protocol_error);
  EXPECT_EQ(index, limits{}.lanes_max + 1);
}

TEST(Hostile, ABadSkipClosesTheConnection) {
  stage scene;
  EXPECT_EQ(scene.after(skip_frame{lane, message_number{0}, std::uint64_t{1} << 40U}), close_code::protocol_error);
}

TEST(Hostile, AFloodOfPingsIsAnsweredWithinBounds) {
  stage scene;
  for (int i = 0; i < 1000; ++i) scene.client.send_frames(scene.now, ping_frame{});
  std::size_t answered = 0;
  std::array<std::uint8_t, limits::datagram_bytes_max> buffer{};
  while (scene.relay.poll_transmit(scene.now, buffer)) ++answered;
  EXPECT_LE(answered, 2U);
}

}  // namespace
}  // namespace tern::proto
