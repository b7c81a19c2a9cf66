// The comparison that runs everywhere: sockets of 127.0.0.1, and this process in the
// middle, which forwards datagrams through the link model.
//
//   sender == socket a ==[ link model ]== socket b == receiver
//
// TCP goes directly from one to the other. A stream cannot lose a segment in here: its
// delivery can be compared, its latency cannot. There is no NAT either.
#pragma once

#include "tools/compare/run/link_backend.hpp"
#include "tools/link/model/link.hpp"
#include "udp/udp_socket.hpp"

#include <optional>

namespace tern::compare {

class loopback_backend final : public link_backend {
 public:
  loopback_backend(link_emulator::event_loop& loop, const link_emulator::link_plan& plan);
  ~loopback_backend() override;

  trial_sockets open(carrier how, std::uint32_t connections) override;
  bool impairs(carrier how) const override { return !is_tcp(how); }
  link_reading reading() const override;
  bool is_idle() const override;

 private:
  struct direction {
    link_model::link model;
    udp::udp_socket& from;
    udp::udp_socket& to;
    proto::address target;      // of what comes out
    std::uint64_t refused = 0;  // the system did not take it
  };
  trial_sockets open_tcp(std::uint32_t connections);
  void on_readable(direction& way);
  void deliver_due(proto::time_point now);
  void deliver(direction& way, const link_model::packet& content);
  void set_alarm();

  link_emulator::event_loop& loop_;
  link_emulator::alarm alarm_;
  udp::udp_socket near_sender_;
  udp::udp_socket near_receiver_;
  direction up_;
  direction down_;
  proto::bytes buffer_;
};

}  // namespace tern::compare
