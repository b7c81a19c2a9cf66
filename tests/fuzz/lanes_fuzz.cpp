// Incoming lanes under arbitrary frames: no crash, and what they hold stays within the
// credit and the reassembly budget.
#include "proto/lanes/incoming_lanes.hpp"
#include "proto/packet/frame_decode.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"

#include <cstdlib>

using namespace tern::proto;

namespace {
struct applier {
  incoming_lanes& lanes;
  time_point now;
  bool closed = false;
  void operator()(const message_frame& frame) {
    if (closed) return;
    const auto admitted = lanes.check(frame);
    if (!admitted) {
      closed = true;
    } else if (*admitted == admission::accept) {
      closed = !lanes.on_message(frame, now);
    }
  }
  void operator()(const skip_frame& frame) {
    if (!closed) closed = !lanes.on_skip(frame);
  }
  template <class Frame>
  void operator()(const Frame&) {}
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::seeded_entropy source{1};
  limits bounds;
  bounds.lanes_max = 16;
  bounds.reassembly_bytes_connection_max = 4096;
  reassembly_budget budget{bounds, keyed_hash::draw(source)};
  incoming_lanes lanes{bounds, budget, address::v4(10, 0, 0, 1, 1)};
  applier frames{lanes, time_point{std::chrono::hours{1}}};
  static_cast<void>(decode_frames(byte_view{data, size}, frames));
  if (lanes.held_bytes() > bounds.reassembly_bytes_connection_max) std::abort();
  std::uint64_t taken = 0;
  while (auto message = lanes.poll()) taken += message->payload.size();
  if (taken > size) std::abort();
  lanes.on_timeout(frames.now + std::chrono::hours{1});
  return 0;
}
