// The command that runs inside a link.
#pragma once

#include "tools/link/emulator/descriptor_channel.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace tern::link_emulator {

inline constexpr int status_not_found = 127;  // as shells have it
inline constexpr int status_not_runnable = 126;

// Forks a child of the *caller's parent*, so that whoever owns the link waits for it
// directly. It stays in the caller's namespaces, waits for a start_signal, leads a process
// group of its own, and becomes the command. It ends when the channel is closed instead,
// and gets SIGHUP when the owner dies. Throws failure.
pid_t fork_inner_command(const std::vector<std::string>& command, const descriptor_channel& channel);

}  // namespace tern::link_emulator
