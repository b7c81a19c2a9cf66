// The network of one link: an inner namespace for the command and a far one for what it
// talks to, each with a device `tern0` whose packets go through the emulator.
//
//      inner namespace                                             far namespace
//   command -- tern0 100.64.N.2 ==[ descriptor ]  emulator  [ descriptor ]== 100.64.N.1 tern0
//              default route: tern0               the link         everything else is local:
//                                                 model            whatever address the command
//                                                                  asks for is answered here
//
// The descriptors are of TUN devices, or of packet sockets on veth pairs where there is no
// access to /dev/net/tun.
#pragma once

#include "tools/link/emulator/link_addresses.hpp"
#include "tools/link/emulator/packet_port.hpp"
#include "udp/descriptor.hpp"

#include <memory>

namespace tern::link_emulator {

enum class device_kind : int { tun, veth };

struct topology {
  udp::descriptor inner;  // the namespaces
  udp::descriptor far;
  device_kind kind = device_kind::tun;
  udp::descriptor inner_device;
  udp::descriptor far_device;
  udp::descriptor inner_statistics;  // see device_statistics
  udp::descriptor far_statistics;
};

// Builds it and leaves the caller, which must have one thread, in the far namespace.
// Throws failure.
topology build_topology(const link_addresses& addresses);

// `statistics`: of the same end.
std::unique_ptr<packet_port> make_port(device_kind kind, udp::descriptor device, udp::descriptor statistics);

}  // namespace tern::link_emulator
