// Waiting for sockets with the precision of the kernel's timers.
#pragma once

#include "proto/time.hpp"

#include <optional>
#include <poll.h>
#include <span>

namespace tern::compare {

// How long a side waits before it looks at what the measuring process wants.
inline constexpr proto::duration look_again = std::chrono::milliseconds{20};

// Until one of `sockets` has what it asks for, or `until`, but not longer than look_again.
void wait_for(std::span<pollfd> sockets, std::optional<proto::time_point> until);

}  // namespace tern::compare
