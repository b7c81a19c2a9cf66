// What a destination that the inside asked for is on the host.
#pragma once

#include "tools/link/emulator/host/flow.hpp"
#include "tools/link/emulator/link_addresses.hpp"
#include "udp/descriptor.hpp"

namespace tern::link_emulator {

struct host_side {
  link_addresses addresses;

  // The far end's own address stands for the host's loopback, every other one for itself.
  proto::address target_of(const proto::address& destination) const;
  // Where the host sees the flow come from. A NAT's other addresses become 127.0.0.3 and so
  // on towards the loopback, so that a server there sees them change; else any address.
  proto::address source_of(const flow& from) const;
  // A non-blocking socket in the caller's namespace for that flow, whose connect(2) has
  // begun. Not open: errno says why.
  udp::descriptor connect(const flow& from, int type) const;
};

}  // namespace tern::link_emulator
