// A NAT between the inside and the link's far end which forgets its mappings when the
// model's schedule says so: what comes from inside afterwards has another source port, or
// another source address as well, and what is sent to the old one gets nowhere.
//
// Before the first rebinding it changes nothing, as a NAT that preserves ports.
#pragma once

#include "proto/time.hpp"
#include "tools/link/emulator/ip_packet.hpp"
#include "tools/link/emulator/link_addresses.hpp"
#include "tools/link/model/rebinding.hpp"

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace tern::link_emulator {

class rebinding_nat {
 public:
  rebinding_nat(const link_model::rebinding& schedule, proto::time_point start, const link_addresses& addresses);

  // A packet on its way out: gives it its outer source.
  void translate_out(proto::time_point now, proto::mutable_byte_view packet, const ip_layout& layout);
  // On its way in: gives it its inner destination. False: nobody has such a mapping (any more).
  bool translate_in(proto::time_point now, proto::mutable_byte_view packet, const ip_layout& layout);

  // Rebindings so far.
  std::uint64_t rebindings() const { return current_.port; }

 private:
  using flow = std::uint32_t;  // protocol and port
  void follow_schedule(proto::time_point now);
  // The inner flow that a packet from `outer` belongs to; nothing: to none (any more).
  std::optional<proto::address> inner_of(const proto::address& outer, std::uint8_t protocol) const;
  bool is_untouched() const { return current_ == link_model::mapping_epoch{}; }
  std::uint16_t outer_port(std::uint8_t protocol, std::uint16_t inner_port);
  proto::address outer_address(bool is_v6) const;

  link_model::nat_mapping schedule_;
  link_addresses addresses_;
  link_model::mapping_epoch current_;
  std::unordered_map<flow, std::uint16_t> outer_ports_;
  std::unordered_map<flow, std::uint16_t> inner_ports_;
  std::uint16_t next_port_;
};

}  // namespace tern::link_emulator
