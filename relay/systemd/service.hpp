// The relay as a service: says when it is ready, reloads, stops, and that it is alive, to
// whatever started it and wants to hear of it. Knows nothing of what the relay does.
#pragma once

#include "relay/systemd/notifier.hpp"
#include "udp/net.hpp"

#include <optional>
#include <string>

namespace tern::relay {

class service {
 public:
  // Reads the environment, and takes out of it what was meant for us.
  explicit service(net::io_context& context)
      : tell_(notifier::from_environment()), interval_(watchdog_interval_from_environment()), timer_(context) {}

  void on_ready(std::string status);
  void on_reload_begin();
  void on_reload_end() { tell_.ready(status_); }
  void on_stop(std::string_view status) { tell_.stopping(status); }

 private:
  void keep_telling_alive();

  notifier tell_;
  std::optional<std::chrono::microseconds> interval_;
  net::steady_timer timer_;
  std::string status_;
};

}  // namespace tern::relay
