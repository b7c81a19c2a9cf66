// Tells the service manager how its service is: the protocol of sd_notify(3), one datagram
// of NAME=VALUE lines to the socket that it named. Of its own, since that is all of
// libsystemd that would be used. Whoever does not listen is not told: no call waits or fails.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tern::relay {

class notifier {
 public:
  // Tells nobody.
  notifier() = default;
  // `socket` is the path of a Unix datagram socket, or @ and a name in the abstract namespace.
  explicit notifier(std::string socket) : socket_(std::move(socket)) {}
  // The one of $NOTIFY_SOCKET, which is taken out of the environment: it is ours alone.
  static notifier from_environment();

  void ready(std::string_view status) const;
  // The reload that begins at `monotonic` (CLOCK_MONOTONIC) ends with ready().
  void reloading(std::chrono::microseconds monotonic) const;
  void stopping(std::string_view status) const;
  void alive() const;

 private:
  void send(const std::string& state) const;

  std::string socket_;
};

// How often the service manager wants to hear that we are alive: half of its patience. Taken
// out of the environment; nothing where it asks another process, or nobody.
std::optional<std::chrono::microseconds> watchdog_interval_from_environment();

}  // namespace tern::relay
