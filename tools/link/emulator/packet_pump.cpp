#include "tools/link/emulator/packet_pump.hpp"

#include "proto/random.hpp"
#include "udp/clock.hpp"

#include <algorithm>
#include <sys/epoll.h>
#include <utility>

namespace tern::link_emulator {

namespace {

using udp::clock;

// Then the other direction gets its turn.
constexpr int packets_a_turn = 64;

bool is_multicast(proto::byte_view packet, const ip_layout& layout) {
  const std::uint8_t first = packet[layout.destination()];
  return layout.is_v6 ? first == 0xff : first >= 224;
}

// Independent streams for the two directions, so that traffic one way does not change
// what happens to the other.
std::uint64_t seed_of_down(std::uint64_t seed) { return proto::random{seed}.next(); }

}  // namespace

packet_pump::packet_pump(event_loop& loop, packet_port& inner, packet_port& far, const link_plan& plan,
                         const link_addresses& addresses)
    : loop_{loop},
      alarm_{loop,
             [this] {
               deliver_due(clock::now());
               set_alarm();
             }},
      up_{{plan.up, plan.seed, clock::now()}, inner, far, {}},
      down_{{plan.down, seed_of_down(plan.seed), clock::now()}, far, inner, {}},
      nat_{plan.nat, clock::now(), addresses} {
  for (direction* way : {&up_, &down_}) {
    loop_.watch(way->from.descriptor(), EPOLLIN, [this, way](std::uint32_t) { on_readable(*way); });
  }
}

packet_pump::~packet_pump() {
  for (const direction* way : {&up_, &down_}) loop_.forget(way->from.descriptor());
}

edge_counters packet_pump::edge_of(const direction& way) {
  edge_counters result = way.edge;
  result.missed = way.from.missed();
  return result;
}

void packet_pump::deliver_to_far(proto::byte_view packet) { write(up_, packet); }

void packet_pump::on_readable(direction& way) {
  for (int i = 0; i < packets_a_turn; ++i) {
    const auto packet = way.from.read();
    if (!packet) break;
    const auto now = clock::now();
    accept(way, *packet, now);
    deliver_due(now);
  }
  set_alarm();
}

void packet_pump::accept(direction& way, proto::byte_view packet, proto::time_point now) {
  const auto layout = parse_ip(packet);
  if (layout && is_multicast(packet, *layout)) {
    ++way.edge.multicast;
    return;
  }
  const bool is_udp = layout && layout->protocol == protocol_udp;
  way.model.offer(now, {.octets = {packet.begin(), packet.end()}, .tag = 0, .is_udp = is_udp});
}

void packet_pump::deliver_due(proto::time_point now) {
  while (auto arrived = up_.model.poll(now)) deliver_up(arrived->content.octets, now);
  while (auto arrived = down_.model.poll(now)) deliver_down(arrived->content.octets, now);
}

void packet_pump::deliver_up(proto::bytes& packet, proto::time_point now) {
  const auto layout = parse_ip(packet);
  if (layout) {
    nat_.translate_out(now, packet, *layout);
    if (far_gate_ && !far_gate_(packet, *layout)) return;
  }
  write(up_, packet);
}

void packet_pump::deliver_down(proto::bytes& packet, proto::time_point now) {
  const auto layout = parse_ip(packet);
  if (layout && !nat_.translate_in(now, packet, *layout)) {
    ++down_.edge.unmapped;
    return;
  }
  write(down_, packet);
}

void packet_pump::write(direction& way, proto::byte_view packet) {
  if (!way.to.write(packet)) ++way.edge.refused;
}

void packet_pump::set_alarm() {
  const auto up = up_.model.next_deadline();
  const auto down = down_.model.next_deadline();
  alarm_.set(up && down ? std::min(*up, *down) : (up ? up : down));
}

}  // namespace tern::link_emulator
