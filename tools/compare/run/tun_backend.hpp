// The emulated link between two network namespaces: whatever the kernels send, TCP
// included, is impaired. The sender's sockets are inside, the receiver's at the far end.
#pragma once

#include "tools/compare/run/link_backend.hpp"
#include "tools/link/emulator/link_world.hpp"

namespace tern::compare {

class tun_backend final : public link_backend {
 public:
  // Throws link_emulator::failure.
  tun_backend(link_emulator::event_loop& loop, const link_emulator::link_plan& plan);

  trial_sockets open(carrier how, std::uint32_t connections) override;
  bool impairs(carrier) const override { return true; }
  link_reading reading() const override;
  bool is_idle() const override;

 private:
  udp::descriptor open_socket(const link_emulator::socket_order& order) const;

  link_emulator::link_addresses addresses_;
  link_emulator::link_world world_;
  link_emulator::packet_pump pump_;
};

// Makes a link and drops it again: why links cannot be made here; empty where they can.
std::string tun_obstacle();

}  // namespace tern::compare
