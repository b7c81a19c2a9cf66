// When a NAT between two hosts forgets its mapping. The model only counts: whoever owns
// addresses (a simulated world, the emulator) gives the inner host another outer port
// or address each time the epoch moves.
#pragma once

#include "proto/time.hpp"

#include <cstdint>

namespace tern::link_model {

// 0 switches either off.
struct rebinding {
  proto::duration port_every{};
  proto::duration address_every{};  // a new address comes with a new port
  proto::duration port_after{};     // once
};

struct mapping_epoch {
  std::uint64_t port = 0;
  std::uint64_t address = 0;
  constexpr bool operator==(const mapping_epoch&) const = default;
};

class nat_mapping {
 public:
  nat_mapping(const rebinding& schedule, proto::time_point start);

  // Precondition: now >= start.
  mapping_epoch epoch(proto::time_point now) const;
  void rebind_port() { ++forced_.port; }
  void rebind_address() { ++forced_.address; }

 private:
  rebinding schedule_;
  proto::time_point start_;
  mapping_epoch forced_;
};

}  // namespace tern::link_model
