// What the wire costs beyond a chat line (protocol.md, 2): measured on real datagrams between two real endpoints.
#include "proto/chat/lane_table.hpp"
#include "proto/chat/ops.hpp"
#include "tests/proto/endpoint/pair.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t line_bytes = 100;
constexpr std::size_t overhead_max = 45;

// A client that says lines in one room.
class talker : public pair {
 public:
  explicit talker(std::uint64_t lane_index) : lane_(chat::destination_lane(lane_index)), self_(connect()) {
    run_for(1s);
    relay_side_ = *accepted_handle();
  }

  // Says so many lines, as fast as they go.
  void say(std::uint64_t lines) {
    for (std::uint64_t i = 0; i < lines; ++i) {
      ASSERT_TRUE(client().send(self_, lane_, next_line(), {}, now()));
      if (i % 100 == 0) settle();
    }
    settle();
  }
  // The UDP payload of the one datagram that a line needs when nothing else is to be sent.
  std::size_t datagram_bytes_of_next_line() {
    settle();
    const std::size_t before = wire().size();
    const bytes line = next_line();
    EXPECT_TRUE(client().send(self_, lane_, line, {}, now()));
    drain();
    EXPECT_EQ(wire().size(), before + 1);
    const std::size_t size = wire().back().datagram.size();
    run_for(1s);
    const auto arrived = receive_all(relay(), relay_side_);
    EXPECT_TRUE(arrived.size() == 1 && arrived[0].payload == line);
    return size;
  }

 private:
  bytes next_line() {
    return chat::encode(chat::client_op{chat::say{counter_++, chat::body_kind::text, bytes(line_bytes, 'x')}});
  }
  void settle() {
    run_for(1s);
    receive_all(relay(), relay_side_);
  }

  lane_id lane_;
  connection_handle self_;
  connection_handle relay_side_;
  std::uint64_t counter_ = 0;
};

TEST(Overhead, OfTheFirstLineOfAHundredBytesIsWithinTheBound) {
  talker client(1);
  const std::size_t overhead = client.datagram_bytes_of_next_line() - line_bytes;
  RecordProperty("overhead", static_cast<int>(overhead));
  EXPECT_LE(overhead, overhead_max);
}

// Numbers that grow take more octets: those of messages and counters have their last but one size from 16,384 on,
// which is the last that a person reaches; the lanes' end at the most destinations of a client.
TEST(Overhead, StaysWithinTheBoundInALongTalkInManyRooms) {
  talker client(chat::lane_table::lanes_max);
  client.say(16'384);
  const std::size_t overhead = client.datagram_bytes_of_next_line() - line_bytes;
  RecordProperty("overhead", static_cast<int>(overhead));
  EXPECT_LE(overhead, overhead_max);
}

}  // namespace
}  // namespace tern::proto
