#include "tools/compare/run/tun_backend.hpp"

#include "tools/compare/run/socket_names.hpp"
#include "tools/link/emulator/failure.hpp"

#include <sys/socket.h>

namespace tern::compare {

using link_emulator::link_end;
using link_emulator::socket_order;

namespace {

link_emulator::world_plan plan_with(const link_emulator::link_addresses& addresses) {
  link_emulator::world_plan plan;
  plan.addresses = addresses;
  return plan;
}

socket_order order(link_end where, int type, const proto::address& address, int backlog = 0) {
  return {.where = where, .type = type, .bind_to = address, .any_address = false, .backlog = backlog};
}

}  // namespace

tun_backend::tun_backend(link_emulator::event_loop& loop, const link_emulator::link_plan& plan)
    : addresses_{link_emulator::choose_addresses()},
      world_{plan_with(addresses_)},
      pump_{loop, world_.inner(), world_.far(), plan, addresses_} {}

udp::descriptor tun_backend::open_socket(const socket_order& order) const {
  auto made = world_.open_socket(order);
  if (!made) throw link_emulator::system_failure("a socket at the link", made.error());
  return std::move(*made);
}

trial_sockets tun_backend::open(carrier how, std::uint32_t connections) {
  trial_sockets sockets;
  const bool has_streams = is_tcp(how);
  const int type = has_streams ? SOCK_STREAM : SOCK_DGRAM;
  const int backlog = has_streams ? static_cast<int>(connections) : 0;
  sockets.receiver.push_back(open_socket(order(link_end::far, type, addresses_.far_v4(), backlog)));
  for (std::uint32_t i = 0; i < (has_streams ? connections : 1); ++i) {
    sockets.sender.push_back(open_socket(order(link_end::inner, type, addresses_.inner_v4())));
  }
  sockets.target = address_of(sockets.receiver.front());
  return sockets;
}

link_reading tun_backend::reading() const {
  link_reading both;
  for (const link_model::link* way : {&pump_.up(), &pump_.down()}) {
    const link_model::counters& counted = way->statistics();
    both.packets += counted.offered;
    both.wire_bytes += counted.offered_bytes;
    both.lost += counted.dropped() + counted.corrupted;
    both.damaged += counted.corrupted;
  }
  both.missed = pump_.up_edge().missed + pump_.down_edge().missed;
  return both;
}

bool tun_backend::is_idle() const { return pump_.up().held_packets() + pump_.down().held_packets() == 0; }

std::string tun_obstacle() {
  try {
    const link_emulator::link_world world{plan_with(link_emulator::choose_addresses())};
    return {};
  } catch (const link_emulator::failure& problem) {
    return problem.what();
  }
}

}  // namespace tern::compare
