// Every exit status of `tern`. Scripts rely on these numbers: they only ever grow.
#pragma once

namespace tern::cli {

enum class exit_code : int {
  done = 0,           // for `send`: committed; for udp:// and tcp://: handed to the network
  failed = 1,         // failed while running
  usage = 2,          // the command line itself is wrong
  unconfirmed = 3,    // the message left, its commit (or delivery, if asked for) was not seen, it may arrive
  unreachable = 4,    // unreachable or refused: nothing authenticated ever came, no message left
  untrusted = 5,      // the relay's key is unknown, or not the one we know
  configuration = 6,  // a settings file, key file or folder is unusable
  refused = 7,        // the relay refused: rights, rate, name, disk full
  threshold = 10,     // a threshold of `compare` was missed
  by_signal = 128,    // plus the number of the signal
};

constexpr int to_int(exit_code code) { return static_cast<int>(code); }

}  // namespace tern::cli
