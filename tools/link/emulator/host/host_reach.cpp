#include "tools/link/emulator/host/host_reach.hpp"

#include "udp/clock.hpp"

namespace tern::link_emulator {

namespace {
constexpr auto sweep_every = std::chrono::seconds{5};
}

host_reach::host_reach(event_loop& loop, const link_world& world, const link_addresses& addresses, packet_pump& pump)
    : host_{addresses},
      pump_{pump},
      tcp_{loop, world, host_, [&pump](proto::byte_view packet) { pump.deliver_to_far(packet); }},
      udp_{loop, world, host_},
      sweep_{loop, [this] { sweep(); }} {
  pump_.set_far_gate([this](proto::byte_view packet, const ip_layout& layout) { return on_arrival(packet, layout); });
  sweep_.set(udp::clock::now() + sweep_every);
}

host_reach::~host_reach() { pump_.set_far_gate(nullptr); }

bool host_reach::on_arrival(proto::byte_view packet, const ip_layout& layout) {
  if (is_tcp_connect(packet, layout)) {
    return tcp_.on_connect({source_of(packet, layout), destination_of(packet, layout)}, packet);
  }
  if (layout.protocol == protocol_udp) {
    const proto::address destination = destination_of(packet, layout);
    if (destination.port != 0) udp_.on_datagram(destination);
  }
  return true;
}

void host_reach::sweep() {
  const auto now = udp::clock::now();
  tcp_.sweep(now);
  udp_.sweep(now);
  sweep_.set(now + sweep_every);
}

}  // namespace tern::link_emulator
