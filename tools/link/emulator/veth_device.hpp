// What stands in for a TUN device where /dev/net/tun cannot be opened: a pair of veth
// devices, one end for the stack, the other one in a namespace where nothing else is,
// read and written through a packet socket (packet(7)) with a ring.
#pragma once

#include "tools/link/emulator/packet_port.hpp"
#include "udp/descriptor.hpp"

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace tern::link_emulator {

// A packet socket bound to `device` of the current network namespace. Throws failure.
udp::descriptor open_packet_socket(const std::string& device);
// Lets the stack finish every packet itself (checksums, segmentation) before it sends it
// through `device` of the current network namespace.
void turn_off_offloads(const std::string& device);

class veth_port final : public packet_port {
 public:
  explicit veth_port(udp::descriptor packet_socket);
  ~veth_port() override;

  int descriptor() const override { return socket_.get(); }
  std::optional<proto::byte_view> read() override;
  bool write(proto::byte_view packet) override;
  std::uint64_t missed() override;

 private:
  std::uint8_t* frame(std::size_t index) const;
  void release_frame();

  udp::descriptor socket_;
  int device_index_ = 0;
  std::uint8_t* ring_ = nullptr;
  std::size_t next_ = 0;
  std::uint64_t missed_ = 0;
  bool is_lent_ = false;  // frame next_ is with the caller
};

}  // namespace tern::link_emulator
