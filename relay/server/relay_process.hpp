// The whole relay as one process: data folder, store and its thread, hub, endpoint,
// sockets, signals. Puts them together and takes them apart in the right order.
#pragma once

#include "relay/server/options.hpp"

namespace tern::relay {

// Runs until a signal or a fault ends it. Returns the exit status: 0 after a signal, 1
// if it could not start or its storage cannot be trusted any more.
int run_relay(const server_options& options);

}  // namespace tern::relay
