#include "tools/link/model/blackout.hpp"

#include <algorithm>
#include <utility>

namespace tern::link_model {
namespace {

bool includes(const blackout& interval, duration since_start) {
  if (since_start < interval.begin) return false;
  const duration since_begin = since_start - interval.begin;
  return (interval.period > duration{} ? since_begin % interval.period : since_begin) < interval.length;
}

}  // namespace

blackout_schedule::blackout_schedule(std::vector<blackout> blackouts, proto::time_point start)
    : blackouts_{std::move(blackouts)}, start_{start} {}

bool blackout_schedule::covers(proto::time_point now) const {
  return std::any_of(blackouts_.begin(), blackouts_.end(),
                     [&](const blackout& interval) { return includes(interval, now - start_); });
}

}  // namespace tern::link_model
