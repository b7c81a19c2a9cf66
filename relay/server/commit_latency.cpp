#include "relay/server/commit_latency.hpp"

#include <utility>

namespace tern::relay {

namespace {
constexpr std::chrono::minutes page{1};
}

void commit_latency::turn_page(proto::time_point now) {
  if (current_since_ && now - *current_since_ < page) return;
  const bool was_turned_in_time = current_since_ && now - *current_since_ < 2 * page;
  previous_ = was_turned_in_time ? std::exchange(current_, {}) : latency_histogram{};
  if (!was_turned_in_time) current_ = {};
  current_since_ = now;
}

void commit_latency::add(proto::duration took, proto::time_point now) {
  turn_page(now);
  current_.add(std::chrono::duration_cast<std::chrono::microseconds>(took));
}

std::optional<latency_summary> commit_latency::summary(proto::time_point now) {
  turn_page(now);
  latency_histogram both = previous_;
  both.add(current_);
  if (both.count() == 0) return std::nullopt;
  return latency_summary{.count = both.count(),
                         .p50 = both.quantile(0.5),
                         .p90 = both.quantile(0.9),
                         .p99 = both.quantile(0.99),
                         .most = both.most()};
}

}  // namespace tern::relay
