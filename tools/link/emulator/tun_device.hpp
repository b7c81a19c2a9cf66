// A TUN device: the kernel's own end is in the network namespace where it was opened.
#pragma once

#include "tools/link/emulator/device_statistics.hpp"
#include "tools/link/emulator/packet_port.hpp"
#include "udp/descriptor.hpp"

#include <string>

namespace tern::link_emulator {

// Makes `device` in the current network namespace; it lives as long as the descriptor.
// Throws failure.
udp::descriptor open_tun(const std::string& device);
// Whether /dev/net/tun can be opened by who we are; otherwise errno.
int tun_obstacle();

class tun_port final : public packet_port {
 public:
  tun_port(udp::descriptor device, device_statistics statistics);

  int descriptor() const override { return device_.get(); }
  std::optional<proto::byte_view> read() override;
  bool write(proto::byte_view packet) override;
  std::uint64_t missed() override { return statistics_.transmit_drops(); }

 private:
  udp::descriptor device_;
  device_statistics statistics_;
  proto::bytes buffer_;
};

}  // namespace tern::link_emulator
