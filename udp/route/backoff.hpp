// How long to wait before trying again: longer each time up to a maximum, and never the
// same for two clients, so that they do not all come back at once.
#pragma once

#include "proto/random.hpp"
#include "proto/time.hpp"

#include <algorithm>

namespace tern::udp {

struct backoff_options {
  proto::duration first = std::chrono::milliseconds{200};
  proto::duration max = std::chrono::seconds{15};
};

class backoff {
 public:
  backoff(const backoff_options& options, std::uint64_t seed)
      : options_(options), jitter_(seed), step_(options.first) {}

  // Between half of the present step and all of it; the step doubles.
  proto::duration next() {
    const auto share = 0.5 + jitter_.uniform() / 2;
    const auto pause = std::chrono::duration_cast<proto::duration>(step_ * share);
    step_ = std::min(step_ * 2, options_.max);
    return pause;
  }
  // It worked: begin anew next time.
  void reset() { step_ = options_.first; }

 private:
  backoff_options options_;
  proto::random jitter_;
  proto::duration step_;
};

}  // namespace tern::udp
