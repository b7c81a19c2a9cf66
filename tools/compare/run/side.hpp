// One side of a trial: runs in a process of its own until the measuring process says stop.
// Throws std::runtime_error where it cannot.
#pragma once

#include "proto/address.hpp"
#include "tools/compare/plan/mode.hpp"
#include "tools/compare/plan/workload.hpp"
#include "tools/compare/run/shared_trial.hpp"
#include "udp/descriptor.hpp"

#include <span>
#include <vector>

namespace tern::compare {

struct side_task {
  const mode& how;
  const workload& work;
  shared_trial& shared;
  // Bound and non-blocking. Sender of TCP: one for each connection; receiver: it listens.
  std::vector<udp::descriptor> sockets;
  proto::address target;  // where the sender sends to
};

using side = void (*)(side_task task);

side sender_of(carrier how);
side receiver_of(carrier how);

void send_raw_udp(side_task task);
void receive_raw_udp(side_task task);
void send_raw_tcp(side_task task);
void receive_raw_tcp(side_task task);
void send_tern(side_task task);
void receive_tern(side_task task);

}  // namespace tern::compare
