#include "relay/systemd/notifier.hpp"

#include "relay/systemd/environment.hpp"
#include "udp/descriptor.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace tern::relay {

namespace {

// A value ends with its line.
std::string one_line(std::string_view text) {
  std::string line{text};
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

}  // namespace

notifier notifier::from_environment() { return notifier{take_variable("NOTIFY_SOCKET").value_or("")}; }

void notifier::ready(std::string_view status) const { send(fmt::format("READY=1\nSTATUS={}\n", one_line(status))); }

void notifier::reloading(std::chrono::microseconds monotonic) const {
  send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\n", monotonic.count()));
}

void notifier::stopping(std::string_view status) const {
  send(fmt::format("STOPPING=1\nSTATUS={}\n", one_line(status)));
}

void notifier::alive() const { send("WATCHDOG=1\n"); }

void notifier::send(const std::string& state) const {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  const bool is_abstract = socket_.starts_with('@');
  if ((!is_abstract && !socket_.starts_with('/')) || socket_.size() >= sizeof to.sun_path) return;
  std::copy(socket_.begin(), socket_.end(), to.sun_path);
  if (is_abstract) to.sun_path[0] = '\0';
  // An abstract name has no end but the address's; a path's zero may be counted or not.
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const udp::descriptor from{::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!from.is_open()) return;
  (void)::sendto(from.get(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), size);
}

std::optional<std::chrono::microseconds> watchdog_interval_from_environment() {
  const auto patience = number_of(take_variable("WATCHDOG_USEC"));
  const auto asked = take_variable("WATCHDOG_PID");
  if (!patience || *patience < 2 || (asked && !is_our_process(*asked))) return std::nullopt;
  return std::chrono::microseconds{*patience / 2};
}

}  // namespace tern::relay
