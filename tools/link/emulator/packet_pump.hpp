// Carries packets between the two ends of a link, through the link model: up from the
// inside to the far end, down the other way.
//
//   inner port -> up model -> NAT -> gate -> far port
//   inner port <- NAT <- down model <- far port
//
// Multicast stays where it is. A packet's fate depends on seed, time and order of the
// packets alone.
#pragma once

#include "tools/link/emulator/event_loop.hpp"
#include "tools/link/emulator/ip_packet.hpp"
#include "tools/link/emulator/packet_port.hpp"
#include "tools/link/emulator/rebinding_nat.hpp"
#include "tools/link/model/link.hpp"

#include <cstdint>
#include <functional>

namespace tern::link_emulator {

struct link_plan {
  link_model::impairments up;
  link_model::impairments down;
  link_model::rebinding nat;
  std::uint64_t seed = 0;
};

// What happened beside the model.
struct edge_counters {
  std::uint64_t multicast = 0;  // not carried
  std::uint64_t refused = 0;    // the stack at the end did not take it
  std::uint64_t missed = 0;     // sent faster than the emulator read
  std::uint64_t unmapped = 0;   // the NAT did not know where to
};

class packet_pump {
 public:
  // Sees what is about to arrive at the far end; false keeps it (see deliver_to_far).
  using gate = std::function<bool(proto::byte_view packet, const ip_layout& layout)>;

  // Starts now. loop and ports must outlive it.
  packet_pump(event_loop& loop, packet_port& inner, packet_port& far, const link_plan& plan,
              const link_addresses& addresses);
  ~packet_pump();
  packet_pump(const packet_pump&) = delete;
  packet_pump& operator=(const packet_pump&) = delete;

  void set_far_gate(gate wanted) { far_gate_ = std::move(wanted); }
  void deliver_to_far(proto::byte_view packet);

  const link_model::link& up() const { return up_.model; }
  const link_model::link& down() const { return down_.model; }
  edge_counters up_edge() const { return edge_of(up_); }
  edge_counters down_edge() const { return edge_of(down_); }
  std::uint64_t rebindings() const { return nat_.rebindings(); }

 private:
  struct direction {
    link_model::link model;
    packet_port& from;
    packet_port& to;
    edge_counters edge;
  };
  static edge_counters edge_of(const direction& way);
  void on_readable(direction& way);
  void accept(direction& way, proto::byte_view packet, proto::time_point now);
  void deliver_due(proto::time_point now);
  void deliver_up(proto::bytes& packet, proto::time_point now);
  void deliver_down(proto::bytes& packet, proto::time_point now);
  void write(direction& way, proto::byte_view packet);
  void set_alarm();

  event_loop& loop_;
  alarm alarm_;
  direction up_;
  direction down_;
  rebinding_nat nat_;
  gate far_gate_;
};

}  // namespace tern::link_emulator
