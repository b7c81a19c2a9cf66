// The process that lives in a link's namespaces. It is told what to do by messages, and
// ends when the other side of its channel is closed.
#pragma once

#include "tools/link/emulator/link_world.hpp"

#include <array>

namespace tern::link_emulator {

// Its first message, with four descriptors: the inner device, its statistics, the far device, its
// statistics.
struct keeper_report {
  bool is_good = false;
  std::array<char, 512> problem{};
  device_kind kind = device_kind::tun;
  pid_t command = 0;
};

// Its answer to a socket_order, with the socket.
struct socket_answer {
  int error = 0;
};

// What the command inside waits for.
struct start_signal {
  bool in_foreground = false;  // it becomes the terminal's foreground group
};

// Becomes the keeper. `command_channel` is what the command inside waits on.
[[noreturn]] void run_keeper(const descriptor_channel& channel, descriptor_channel& command_channel,
                             const world_plan& plan);

}  // namespace tern::link_emulator
