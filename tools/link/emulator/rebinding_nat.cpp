#include "tools/link/emulator/rebinding_nat.hpp"

#include "tools/link/emulator/icmp_error.hpp"

namespace tern::link_emulator {

namespace {

constexpr std::uint16_t first_port = 20000;
constexpr std::uint16_t last_port = 59999;
constexpr std::size_t mappings_max = 20000;  // then all are forgotten
constexpr std::uint8_t first_host = 2;
constexpr std::uint8_t hosts = 250;

std::uint32_t flow_of(std::uint8_t protocol, std::uint16_t port) { return std::uint32_t{protocol} << 16 | port; }

}  // namespace

rebinding_nat::rebinding_nat(const link_model::rebinding& schedule, proto::time_point start,
                             const link_addresses& addresses)
    : schedule_{schedule, start}, addresses_{addresses}, next_port_{first_port} {}

void rebinding_nat::translate_out(proto::time_point now, proto::mutable_byte_view packet, const ip_layout& layout) {
  follow_schedule(now);
  if (is_untouched()) return;
  proto::address outer = outer_address(layout.is_v6);
  const std::uint16_t inner_port = source_of(packet, layout).port;
  if (inner_port != 0) outer.port = outer_port(layout.protocol, inner_port);
  rewrite_source(packet, layout, outer);
}

bool rebinding_nat::translate_in(proto::time_point now, proto::mutable_byte_view packet, const ip_layout& layout) {
  follow_schedule(now);
  if (is_untouched()) return true;
  const auto inner = inner_of(destination_of(packet, layout), layout.protocol);
  if (!inner) return false;
  if (const auto cause = cause_of_error(packet, layout)) {
    const auto about = inner_of(source_of(cause->octets, cause->layout), cause->layout.protocol);
    if (!about) return false;
    rewrite_cause(packet, layout, *cause, *about);
  }
  rewrite_destination(packet, layout, *inner);
  return true;
}

std::optional<proto::address> rebinding_nat::inner_of(const proto::address& outer, std::uint8_t protocol) const {
  const bool is_v6 = !outer.is_v4();
  if (outer.ip != outer_address(is_v6).ip) return std::nullopt;
  proto::address inner = is_v6 ? addresses_.inner_v6() : addresses_.inner_v4();
  if (outer.port == 0) return inner;
  const auto mapping = inner_ports_.find(flow_of(protocol, outer.port));
  if (mapping == inner_ports_.end()) return std::nullopt;
  inner.port = mapping->second;
  return inner;
}

void rebinding_nat::follow_schedule(proto::time_point now) {
  const auto epoch = schedule_.epoch(now);
  if (epoch == current_) return;
  current_ = epoch;
  outer_ports_.clear();
  inner_ports_.clear();
}

std::uint16_t rebinding_nat::outer_port(std::uint8_t protocol, std::uint16_t inner_port) {
  const auto known = outer_ports_.find(flow_of(protocol, inner_port));
  if (known != outer_ports_.end()) return known->second;
  if (outer_ports_.size() >= mappings_max) {
    outer_ports_.clear();
    inner_ports_.clear();
  }
  do {
    next_port_ = next_port_ == last_port ? first_port : static_cast<std::uint16_t>(next_port_ + 1);
  } while (inner_ports_.contains(flow_of(protocol, next_port_)) || next_port_ == inner_port);
  outer_ports_[flow_of(protocol, inner_port)] = next_port_;
  inner_ports_[flow_of(protocol, next_port_)] = inner_port;
  return next_port_;
}

proto::address rebinding_nat::outer_address(bool is_v6) const {
  const auto host = static_cast<std::uint8_t>(first_host + current_.address % hosts);
  return is_v6 ? addresses_.v6(host) : addresses_.v4(host);
}

}  // namespace tern::link_emulator
