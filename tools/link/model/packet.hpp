// What travels over a modelled link: octets, and a number that the owner of the
// link finds again at the other end (an address, an index). Duplicates carry it too.
// The model does not read the octets: whether they are UDP is said beside them.
#pragma once

#include "proto/bytes.hpp"
#include "proto/time.hpp"

#include <cstdint>

namespace tern::link_model {

struct packet {
  proto::bytes octets;
  std::uint64_t tag = 0;
  bool is_udp = true;
};

// A packet that has left something, and when.
struct timed_packet {
  packet content;
  proto::time_point at;
};

}  // namespace tern::link_model
