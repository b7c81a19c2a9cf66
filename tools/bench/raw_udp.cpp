// A datagram a message, a system call a datagram, nothing repeated: the limit that
// batching has to get round.
#include "tools/bench/contender.hpp"
#include "tools/bench/sequence.hpp"
#include "tools/bench/system_call.hpp"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <vector>

namespace tern::bench {

namespace {

constexpr std::size_t full_datagram_bytes = 1200;

// SO_RXQ_OVFL: how many datagrams this socket has dropped since it was opened.
std::uint64_t drops_told_by(const msghdr& message, std::uint64_t before) {
  for (const cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr;
       each = CMSG_NXTHDR(const_cast<msghdr*>(&message), const_cast<cmsghdr*>(each))) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SO_RXQ_OVFL) continue;
    std::uint32_t drops = 0;
    std::memcpy(&drops, CMSG_DATA(each), sizeof drops);
    return drops;
  }
  return before;
}

// With recvmsg(), the one call that also tells the drops; it costs what recvfrom() does.
void receive(const workload& work, tally& shared) {
  const descriptor socket = bound_socket(SOCK_DGRAM);
  set_option(socket, SOL_SOCKET, SO_RCVBUF, receive_buffer_bytes);
  set_option(socket, SOL_SOCKET, SO_RXQ_OVFL, 1);
  set_receive_timeout(socket);
  shared.port = port_of(socket);
  arrivals counted{shared};
  std::vector<std::uint8_t> buffer(work.message_bytes);
  sockaddr_in from{};
  alignas(cmsghdr) std::array<char, 64> control{};
  iovec into{buffer.data(), buffer.size()};
  while (!shared.stop_receiving.load(std::memory_order_relaxed)) {
    msghdr message{&from, sizeof from, &into, 1, control.data(), control.size(), 0};
    if (::recvmsg(socket.get(), &message, 0) < 0) {
      if (errno == EAGAIN || errno == EINTR) continue;
      checked(-1, "recvmsg");
    }
    counted.on_message(buffer);
    shared.receive_drops.store(drops_told_by(message, shared.receive_drops), std::memory_order_relaxed);
  }
}

void send(const workload& work, tally& shared) {
  const descriptor socket = bound_socket(SOCK_DGRAM);
  sockaddr_in to = loopback(static_cast<std::uint16_t>(shared.port));
  std::vector<std::uint8_t> message(work.message_bytes);
  for (std::uint64_t sequence = 0; !shared.stop_sending.load(std::memory_order_relaxed); ++sequence) {
    write_sequence(message, sequence);
    checked(::sendto(socket.get(), message.data(), message.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to),
            "sendto");
    add(shared.sent);
    add(shared.datagrams);
  }
}

}  // namespace

contender raw_udp() {
  return {"raw-udp", "sendto() and recvmsg(), a datagram a message", false, false, 0, receive, send};
}

contender raw_udp_full() {
  return {"raw-full", "the same with datagrams of 1200 B: the raw limit", false, false, full_datagram_bytes, receive,
          send};
}

}  // namespace tern::bench
