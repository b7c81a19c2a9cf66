// The link between the two sides of one trial. Each trial has its own, so that the kernel
// remembers nothing of the one before (TCP's metrics of a route) and a seed means the same
// every time.
#pragma once

#include "proto/address.hpp"
#include "tools/compare/plan/backend_kind.hpp"
#include "tools/compare/plan/mode.hpp"
#include "tools/link/emulator/packet_pump.hpp"
#include "udp/descriptor.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tern::compare {

// Bound and non-blocking sockets of both sides. The receiver's TCP socket listens.
struct trial_sockets {
  std::vector<udp::descriptor> sender;
  std::vector<udp::descriptor> receiver;
  proto::address target;
};

// Both directions together.
struct link_reading {
  std::uint64_t packets = 0;
  std::uint64_t wire_bytes = 0;  // IP headers included
  std::uint64_t lost = 0;        // dropped or damaged by the link
  std::uint64_t damaged = 0;     // of those lost; they still arrive, and fail a checksum there
  std::uint64_t missed = 0;      // came faster than the emulator took them; no part of `packets`
};

class link_backend {
 public:
  link_backend() = default;
  link_backend(const link_backend&) = delete;
  link_backend& operator=(const link_backend&) = delete;
  virtual ~link_backend() = default;

  // Once. `connections`: of a sender over TCP. Throws link_emulator::failure.
  virtual trial_sockets open(carrier how, std::uint32_t connections) = 0;
  // Whether this carrier's packets go through the link model at all.
  virtual bool impairs(carrier how) const = 0;
  virtual link_reading reading() const = 0;
  // Nothing is under way.
  virtual bool is_idle() const = 0;
};

// The plan's seed decides everything that happens on the link. Throws link_emulator::failure.
std::unique_ptr<link_backend> make_backend(backend_kind kind, link_emulator::event_loop& loop,
                                           const link_emulator::link_plan& plan);

}  // namespace tern::compare
