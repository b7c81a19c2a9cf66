// A hostile but authenticated peer's ACKs against the sender's books, and packets in any order against the
// receiver's. The input is a script; one octet picks a step, the next ones are its numbers.
#include "proto/congestion/cubic.hpp"
#include "proto/recovery/ack_tracker.hpp"
#include "proto/recovery/loss_recovery.hpp"

#include <cstdlib>
#include <map>
#include <vector>

using namespace tern::proto;

namespace {

void demand(bool truth) {
  if (!truth) std::abort();
}

class script {
 public:
  explicit script(byte_view input) : input_(input) {}
  bool ended() const { return input_.empty(); }
  std::uint64_t octet() {
    if (input_.empty()) return 0;
    const std::uint8_t value = input_.front();
    input_ = input_.subspan(1);
    return value;
  }
  // Small numbers mostly; now and then one of any size.
  std::uint64_t number() {
    const std::uint64_t first = octet();
    if (first < 0xf0) return first;
    std::uint64_t value = 0;
    for (std::uint64_t i = 0; i <= first - 0xf0 && i < 8; ++i) value = value << 8U | octet();
    return value;
  }

 private:
  byte_view input_;
};

class peers {
 public:
  void step(script& input) {
    switch (input.octet() % 8) {
      case 0:
      case 1:
        return send(input);
      case 2:
        return acknowledge(input);
      case 3:
        return recovery_.skip(input.octet() % 256);
      case 4:
        now_ += std::chrono::microseconds{input.number() % 10'000'000};
        return;
      case 5:
        return fire();
      case 6:
        return receive(input);
      default:
        return answer(input);
    }
  }

 private:
  enum class fate { open, lost, acked };

  void send(script& input) {
    if (!recovery_.has_room()) return;
    const std::uint64_t kind = input.octet();
    sent_packet packet;
    packet.number = recovery_.next_number();
    packet.sent_at = now_;
    packet.bytes = static_cast<std::uint32_t>(40 + kind);
    packet.in_flight = packet.ack_eliciting = kind % 4 != 0;
    packet.mtu_probe = kind % 16 == 1;
    packet.items = recovery_.take_items();
    demand(packet.items.empty());
    packet.items.push_back(sent_ack{packet.number});
    if (packet.in_flight) in_flight_ += packet.bytes;
    fates_[packet.number] = fate::open;
    recovery_.on_sent(std::move(packet));
    if (kind % 4 != 0) control_.on_sent(now_, 40 + kind, recovery_.bytes_in_flight());
    check();
  }

  static ack_frame read_ack(script& input) {
    ack_frame frame;
    frame.largest = packet_number{input.number()};
    frame.delay = std::chrono::microseconds{input.number() % 0xffff'ffffU};
    std::uint64_t last = frame.largest.value;
    for (std::uint64_t left = input.octet() % 40; !frame.ranges.full(); --left) {
      const std::uint64_t length = input.number();
      if (length > last) break;
      frame.ranges.push_back({packet_number{last - length}, packet_number{last}});
      const std::uint64_t gap = input.number();
      if (left == 0 || gap > last - length || last - length - gap < 2) break;
      last = last - length - gap - 2;
    }
    return frame;
  }

  void acknowledge(script& input) {
    const ack_frame frame = read_ack(input);
    const std::uint64_t before = recovery_.bytes_in_flight();
    if (!recovery_.on_ack(now_, frame, outcome_))
      demand(outcome_.acked.empty() && recovery_.bytes_in_flight() == before);
    settle();
  }

  void fire() {
    if (const auto due = recovery_.deadline()) now_ = std::max(now_, *due);
    // Losses first, then perhaps a probe; after that there is something to wait for.
    for (int calls = 0; recovery_.deadline() && *recovery_.deadline() <= now_; ++calls) {
      demand(calls < 2);
      recovery_.on_timer(now_, outcome_);
      settle();
    }
  }

  void settle() {
    for (const sent_packet& packet : outcome_.acked) {
      fate& known = fates_.at(packet.number);
      demand(known != fate::acked && packet.declared_lost == (known == fate::lost));
      demand(packet.items.size() == 1 && std::get<sent_ack>(packet.items[0]).largest == packet.number);
      if (known == fate::open && packet.in_flight) in_flight_ -= packet.bytes;
      known = fate::acked;
    }
    for (const sent_packet& packet : outcome_.lost) {
      fate& known = fates_.at(packet.number);
      demand(known == fate::open);
      demand(packet.items.size() == 1 && std::get<sent_ack>(packet.items[0]).largest == packet.number);
      if (packet.in_flight) in_flight_ -= packet.bytes;
      known = fate::lost;
    }
    inform(control_, outcome_);
    check();
  }

  void check() const {
    demand(recovery_.bytes_in_flight() == in_flight_);
    demand(control_.window() >= 2400 && control_.pacing_rate() > 0);
    demand(recovery_.rtt().smoothed() > duration::zero());
  }

  void receive(script& input) {
    const packet_number number{input.number()};
    const std::uint64_t flags = input.octet();
    tracker_.on_received(now_, number, flags % 4 != 0, flags % 16 == 1);
  }

  void answer(script& input) {
    if (!tracker_.largest()) return;
    const ack_frame frame = tracker_.make(now_);
    demand(!frame.ranges.empty() && frame.ranges.front().last == frame.largest);
    for (const packet_range& range : frame.ranges)
      demand(tracker_.has_received(range.first) && tracker_.has_received(range.last));
    tracker_.on_sent(now_);
    demand(!tracker_.due(now_) && !tracker_.deadline());
    if (input.octet() % 2 == 0) tracker_.on_ack_of_ack(packet_number{input.number()});
    demand(tracker_.largest() == frame.largest);
  }

  time_point now_{std::chrono::seconds{1}};
  loss_recovery recovery_;
  ack_outcome outcome_;
  cubic control_;
  ack_tracker tracker_;
  std::map<packet_number, fate> fates_;
  std::uint64_t in_flight_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  script input{{data, size}};
  peers both;
  while (!input.ended()) both.step(input);
  return 0;
}
