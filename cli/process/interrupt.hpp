// SIGINT, SIGTERM and SIGHUP: the first asks the command to finish, a second one ends
// the process at once, whatever it is doing. SIGPIPE is ignored: a closed reader is an
// error of the write.
#pragma once

namespace tern::cli {

void install_signal_handlers();

// The signal that asked to finish, or 0. Usable from any code, at any time.
int pending_signal();

// Becomes readable, and stays so, when there is a pending signal. -1 before installation.
int signal_descriptor();

}  // namespace tern::cli
