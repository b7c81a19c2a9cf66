#include "tools/compare/analysis/progress.hpp"

#include <algorithm>

namespace tern::compare {

namespace {

using times = std::vector<duration>;

std::uint64_t count_until(const times& sorted, duration when) {
  return static_cast<std::uint64_t>(std::upper_bound(sorted.begin(), sorted.end(), when) - sorted.begin());
}

// Steps up and down over time, asked for one span of time after the other.
class flight {
 public:
  flight(const times& departures, const times& arrivals) : departures_{departures}, arrivals_{arrivals} {}

  // The most under way at a moment after the last call's end, up to this one.
  std::uint64_t most_until(duration end) {
    std::uint64_t most = under_way();
    while (departed_ < departures_.size() && departures_[departed_] <= end) {
      // Who arrives at the moment of a departure has arrived.
      while (arrived_ < arrivals_.size() && arrivals_[arrived_] <= departures_[departed_]) ++arrived_;
      ++departed_;
      most = std::max(most, under_way());
    }
    while (arrived_ < arrivals_.size() && arrivals_[arrived_] <= end) ++arrived_;
    return most;
  }

 private:
  std::uint64_t under_way() const { return departed_ - arrived_; }

  const times& departures_;
  const times& arrivals_;
  std::size_t departed_ = 0;
  std::size_t arrived_ = 0;
};

}  // namespace

std::vector<progress_point> progress_of(std::span<const message_record> messages, bool promises_delivery, duration end,
                                        std::size_t count) {
  times due;
  times handed_over;  // of those that count as in flight
  times delivered;
  for (const message_record& each : messages) {
    due.push_back(each.scheduled);
    if (each.sent && (each.delivered || promises_delivery)) handed_over.push_back(*each.sent);
    if (each.delivered) delivered.push_back(*each.delivered);
  }
  for (times* each : {&due, &handed_over, &delivered}) std::sort(each->begin(), each->end());
  std::vector<progress_point> points;
  flight under_way{handed_over, delivered};
  for (std::size_t i = 0; i < count; ++i) {
    const duration at = end * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(count - 1);
    points.push_back({at, count_until(due, at), count_until(delivered, at), under_way.most_until(at)});
  }
  return points;
}

}  // namespace tern::compare
