#include "tools/link/emulator/veth_device.hpp"

#include "tools/link/emulator/failure.hpp"
#include "tools/link/emulator/rtnetlink.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <cerrno>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tern::link_emulator {

namespace {

constexpr std::size_t frame_bytes = 2048;  // a packet of 1500 octets and the ring's header
constexpr std::size_t frames = 4096;
constexpr std::size_t ring_bytes = frame_bytes * frames;

sockaddr_ll on_device(int index) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = index;
  return address;
}

void set_option(int socket, int option, const void* value, socklen_t size) {
  checked(::setsockopt(socket, SOL_PACKET, option, value, size), "cannot set up a packet socket");
}

void make_ring(int socket) {
  const int version = TPACKET_V2;
  set_option(socket, PACKET_VERSION, &version, sizeof version);
  tpacket_req shape{};
  shape.tp_frame_size = frame_bytes;
  shape.tp_frame_nr = frames;
  shape.tp_block_size = 64 * frame_bytes;
  shape.tp_block_nr = frames / 64;
  set_option(socket, PACKET_RX_RING, &shape, sizeof shape);
}

// The kernel writes the status from another processor.
std::uint32_t status_of(std::uint8_t* frame) {
  auto* header = reinterpret_cast<tpacket2_hdr*>(frame);
  return std::atomic_ref{header->tp_status}.load(std::memory_order_acquire);
}

}  // namespace

udp::descriptor open_packet_socket(const std::string& device) {
  // Without a protocol nothing comes in before it is bound.
  udp::descriptor socket{checked(::socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "packet socket")};
  const int yes = 1;
  set_option(socket.get(), PACKET_IGNORE_OUTGOING, &yes, sizeof yes);
  make_ring(socket.get());
  const auto index = static_cast<int>(::if_nametoindex(device.c_str()));
  const sockaddr_ll address = on_device(index);
  checked(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), device);
  return socket;
}

void turn_off_offloads(const std::string& device) {
  const udp::descriptor socket{checked(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket")};
  for (const int command : {ETHTOOL_SGSO, ETHTOOL_STSO, ETHTOOL_STXCSUM, ETHTOOL_SRXCSUM, ETHTOOL_SGRO}) {
    ethtool_value off{static_cast<std::uint32_t>(command), 0};
    ifreq request{};
    device.copy(static_cast<char*>(request.ifr_name), IFNAMSIZ - 1);
    request.ifr_data = reinterpret_cast<char*>(&off);
    // What a device does not have need not be turned off.
    if (::ioctl(socket.get(), SIOCETHTOOL, &request) < 0 && errno != EOPNOTSUPP) throw system_failure(device, errno);
  }
}

veth_port::veth_port(udp::descriptor packet_socket) : socket_{std::move(packet_socket)} {
  sockaddr_ll bound{};
  socklen_t size = sizeof bound;
  checked(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&bound), &size), "packet socket");
  device_index_ = bound.sll_ifindex;
  void* mapped = ::mmap(nullptr, ring_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, socket_.get(), 0);
  if (mapped == MAP_FAILED) throw system_failure("cannot map a packet ring", errno);
  ring_ = static_cast<std::uint8_t*>(mapped);
}

veth_port::~veth_port() { ::munmap(ring_, ring_bytes); }

std::uint8_t* veth_port::frame(std::size_t index) const { return ring_ + index * frame_bytes; }

void veth_port::release_frame() {
  auto* header = reinterpret_cast<tpacket2_hdr*>(frame(next_));
  std::atomic_ref{header->tp_status}.store(TP_STATUS_KERNEL, std::memory_order_release);
  next_ = (next_ + 1) % frames;
  is_lent_ = false;
}

std::optional<proto::byte_view> veth_port::read() {
  if (is_lent_) release_frame();
  std::uint8_t* current = frame(next_);
  if ((status_of(current) & TP_STATUS_USER) == 0) return std::nullopt;
  is_lent_ = true;
  const auto* header = reinterpret_cast<const tpacket2_hdr*>(current);
  return proto::byte_view{current + header->tp_net, header->tp_snaplen};
}

bool veth_port::write(proto::byte_view packet) {
  if (packet.empty()) return false;
  sockaddr_ll to = on_device(device_index_);
  to.sll_protocol = htons(packet[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP);
  to.sll_halen = rtnetlink::veth_peer_address.size();
  std::copy(rtnetlink::veth_peer_address.begin(), rtnetlink::veth_peer_address.end(), std::begin(to.sll_addr));
  const ssize_t sent =
      ::sendto(socket_.get(), packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  return sent == static_cast<ssize_t>(packet.size());
}

std::uint64_t veth_port::missed() {
  tpacket_stats counted{};  // since the last time
  socklen_t size = sizeof counted;
  if (::getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &counted, &size) == 0) missed_ += counted.tp_drops;
  return missed_;
}

}  // namespace tern::link_emulator
