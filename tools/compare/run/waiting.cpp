#include "tools/compare/run/waiting.hpp"

#include "udp/clock.hpp"

#include <algorithm>
#include <ctime>

namespace tern::compare {

void wait_for(std::span<pollfd> sockets, std::optional<proto::time_point> until) {
  proto::duration wait = look_again;
  if (until) wait = std::clamp(*until - udp::clock::now(), proto::duration{}, look_again);
  const timespec timeout{0, static_cast<long>(wait.count())};
  static_assert(look_again < std::chrono::seconds{1});
  ::ppoll(sockets.data(), sockets.size(), &timeout, nullptr);
}

}  // namespace tern::compare
