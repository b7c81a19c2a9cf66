// ENet, reliable packets on one channel: ordered, not encrypted.
#include "tools/bench/contender.hpp"
#include "tools/bench/sequence.hpp"
#include "tools/bench/system_call.hpp"

#include <enet/enet.h>
#include <memory>
#include <stdexcept>
#include <string>

namespace tern::bench {

namespace {

constexpr std::uint64_t outstanding_max = 8192;  // packets that ENet holds at a time

using host = std::unique_ptr<ENetHost, decltype(&enet_host_destroy)>;

host make_host(const ENetAddress* address) {
  if (enet_initialize() != 0) throw std::runtime_error("enet_initialize failed");
  host made{enet_host_create(address, 1, 1, 0, 0), &enet_host_destroy};
  if (!made) throw std::runtime_error("enet_host_create failed");
  enet_socket_set_option(made->socket, ENET_SOCKOPT_RCVBUF, receive_buffer_bytes);
  return made;
}

ENetAddress loopback_address(std::uint16_t port) {
  const sockaddr_in address = loopback(port);
  return {address.sin_addr.s_addr, port};
}

void take(ENetEvent& event, arrivals& counted) {
  if (event.type == ENET_EVENT_TYPE_DISCONNECT) throw std::runtime_error("ENet disconnected");
  if (event.type != ENET_EVENT_TYPE_RECEIVE) return;
  counted.on_message({event.packet->data, event.packet->dataLength});
  enet_packet_destroy(event.packet);
}

void receive(const workload&, tally& shared) {
  const ENetAddress address = loopback_address(0);
  const host here = make_host(&address);
  shared.port = here->address.port;
  arrivals counted{shared};
  ENetEvent event;
  while (!shared.stop_receiving.load(std::memory_order_relaxed)) {
    if (enet_host_service(here.get(), &event, patience_milliseconds) <= 0) continue;
    do take(event, counted);
    while (enet_host_check_events(here.get(), &event) > 0);
  }
}

void on_packet_done(ENetPacket* packet) { --*static_cast<std::uint64_t*>(packet->userData); }

void await_connection(ENetHost* here) {
  ENetEvent event;
  constexpr enet_uint32 connect_milliseconds = 3000;
  if (enet_host_service(here, &event, connect_milliseconds) <= 0 || event.type != ENET_EVENT_TYPE_CONNECT)
    throw std::runtime_error("ENet did not connect");
}

void send(const workload& work, tally& shared) {
  const host here = make_host(nullptr);
  const ENetAddress to = loopback_address(static_cast<std::uint16_t>(shared.port));
  ENetPeer* peer = enet_host_connect(here.get(), &to, 1, 0);
  if (peer == nullptr) throw std::runtime_error("enet_host_connect failed");
  await_connection(here.get());
  static std::uint64_t outstanding = 0;  // packets outlive this function's frame at exit
  std::vector<std::uint8_t> message(work.message_bytes);
  std::uint64_t sequence = 0;
  ENetEvent event;
  while (!shared.stop_sending.load(std::memory_order_relaxed)) {
    while (outstanding < outstanding_max) {
      write_sequence(message, sequence++);
      ENetPacket* packet = enet_packet_create(message.data(), message.size(), ENET_PACKET_FLAG_RELIABLE);
      packet->userData = &outstanding;
      packet->freeCallback = on_packet_done;
      ++outstanding;
      if (enet_peer_send(peer, 0, packet) != 0) throw std::runtime_error("enet_peer_send failed");
      add(shared.sent);
    }
    if (enet_host_service(here.get(), &event, 1) > 0 && event.type == ENET_EVENT_TYPE_DISCONNECT)
      throw std::runtime_error("ENet disconnected");
  }
}

}  // namespace

std::vector<contender> enet() { return {{"enet", "ENet, reliable, not encrypted", true, true, 0, receive, send}}; }

std::string enet_version() {
  const ENetVersion version = enet_linked_version();
  return std::to_string(ENET_VERSION_GET_MAJOR(version)) + '.' + std::to_string(ENET_VERSION_GET_MINOR(version)) + '.' +
         std::to_string(ENET_VERSION_GET_PATCH(version));
}

}  // namespace tern::bench
