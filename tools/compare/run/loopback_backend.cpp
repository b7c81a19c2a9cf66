#include "tools/compare/run/loopback_backend.hpp"

#include "proto/random.hpp"
#include "tools/compare/run/socket_names.hpp"
#include "tools/link/emulator/failure.hpp"
#include "udp/clock.hpp"

#include <algorithm>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace tern::compare {

namespace {

using udp::clock;

// What IPv4 and UDP put before a datagram.
constexpr std::size_t header_bytes = 28;
constexpr std::size_t datagram_bytes_most = 65'536;
// Then the other direction gets its turn.
constexpr int datagrams_a_turn = 64;

udp::udp_socket open_udp() {
  auto socket = udp::udp_socket::open(proto::address::v4(127, 0, 0, 1, 0), {.dont_fragment = false});
  if (!socket) throw link_emulator::failure{"a UDP socket: " + socket.error().message()};
  return std::move(*socket);
}

link_model::impairments with_headers(link_model::impairments wanted) {
  wanted.header_bytes = header_bytes;
  return wanted;
}

// As the emulator does it: the two directions draw from independent streams.
std::uint64_t seed_of_down(std::uint64_t seed) { return proto::random{seed}.next(); }

// Stands for the UDP checksum, which is made anew when the datagram is sent on.
std::uint64_t checksum(proto::byte_view octets) { return std::hash<std::string_view>{}(proto::as_text(octets)); }

}  // namespace

loopback_backend::loopback_backend(link_emulator::event_loop& loop, const link_emulator::link_plan& plan)
    : loop_{loop},
      alarm_{loop,
             [this] {
               deliver_due(clock::now());
               set_alarm();
             }},
      near_sender_{open_udp()},
      near_receiver_{open_udp()},
      up_{{with_headers(plan.up), plan.seed, clock::now()}, near_sender_, near_receiver_, {}},
      down_{{with_headers(plan.down), seed_of_down(plan.seed), clock::now()}, near_receiver_, near_sender_, {}},
      buffer_(datagram_bytes_most) {
  for (direction* way : {&up_, &down_}) {
    loop_.watch(way->from.native_handle(), EPOLLIN, [this, way](std::uint32_t) { on_readable(*way); });
  }
}

loopback_backend::~loopback_backend() {
  for (const direction* way : {&up_, &down_}) loop_.forget(way->from.native_handle());
}

trial_sockets loopback_backend::open(carrier how, std::uint32_t connections) {
  if (is_tcp(how)) return open_tcp(connections);
  trial_sockets sockets;
  sockets.receiver.push_back(open_loopback_socket(SOCK_DGRAM));
  sockets.sender.push_back(open_loopback_socket(SOCK_DGRAM));
  up_.target = address_of(sockets.receiver.front());
  down_.target = address_of(sockets.sender.front());
  sockets.target = near_sender_.local_address();
  return sockets;
}

trial_sockets loopback_backend::open_tcp(std::uint32_t connections) {
  trial_sockets sockets;
  sockets.receiver.push_back(open_loopback_socket(SOCK_STREAM, static_cast<int>(connections)));
  for (std::uint32_t i = 0; i < connections; ++i) sockets.sender.push_back(open_loopback_socket(SOCK_STREAM));
  sockets.target = address_of(sockets.receiver.front());
  return sockets;
}

void loopback_backend::on_readable(direction& way) {
  for (int i = 0; i < datagrams_a_turn; ++i) {
    const auto got = way.from.receive(buffer_);
    if (!got) break;
    const proto::byte_view datagram = proto::byte_view{buffer_}.first(got->size);
    const auto now = clock::now();
    way.model.offer(now, datagram, checksum(datagram));
    deliver_due(now);
  }
  set_alarm();
}

void loopback_backend::deliver_due(proto::time_point now) {
  for (direction* way : {&up_, &down_}) {
    while (const auto arrived = way->model.poll(now)) deliver(*way, arrived->content);
  }
}

void loopback_backend::deliver(direction& way, const link_model::packet& content) {
  const bool is_damaged = checksum(content.octets) != content.tag;
  if (!is_damaged && way.to.send(content.octets, way.target)) ++way.refused;
}

void loopback_backend::set_alarm() {
  const auto up = up_.model.next_deadline();
  const auto down = down_.model.next_deadline();
  alarm_.set(up && down ? std::min(*up, *down) : (up ? up : down));
}

link_reading loopback_backend::reading() const {
  link_reading both;
  for (const direction* way : {&up_, &down_}) {
    const link_model::counters& counted = way->model.statistics();
    both.packets += counted.offered;
    both.wire_bytes += counted.offered_bytes + header_bytes * counted.offered;
    both.lost += counted.dropped() + counted.corrupted;
    both.missed += way->from.receive_drops().value_or(0) + way->refused;
  }
  return both;
}

bool loopback_backend::is_idle() const { return up_.model.held_packets() + down_.model.held_packets() == 0; }

}  // namespace tern::compare
