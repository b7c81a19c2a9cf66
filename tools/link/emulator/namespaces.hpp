// Linux namespaces (namespaces(7)) for the calling process, which must have one thread.
// Everything throws failure with what to do about it.
#pragma once

#include "udp/descriptor.hpp"

namespace tern::link_emulator {

// Lets the caller make network namespaces. Where that takes a user namespace (for whoever
// is not root), enters one in which the caller keeps its own user and group.
void allow_network_namespaces();

// Leaves the current network namespace for a new one, which lives while the descriptor,
// a process or a device's descriptor holds it.
udp::descriptor enter_new_network_namespace();
void enter(const udp::descriptor& network_namespace);

}  // namespace tern::link_emulator
