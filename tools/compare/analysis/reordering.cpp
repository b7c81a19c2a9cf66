#include "tools/compare/analysis/reordering.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace tern::compare {

namespace {

// Message numbers in the order of their first deliveries, by lane.
std::map<std::uint32_t, std::vector<std::size_t>> orders_of_arrival(std::span<const message_record> messages) {
  std::map<std::uint32_t, std::vector<std::size_t>> lanes;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].delivered) lanes[messages[i].lane].push_back(i);
  }
  for (auto& [lane, order] : lanes) {
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return messages[a].arrival < messages[b].arrival; });
  }
  return lanes;
}

void measure(const std::vector<std::size_t>& order, reordering_measure& result) {
  // The records among the numbers so far, with their places: the first higher number is one of them.
  std::vector<std::size_t> highest_at;
  for (std::size_t place = 0; place < order.size(); ++place) {
    const std::size_t number = order[place];
    if (highest_at.empty() || order[highest_at.back()] < number) {
      highest_at.push_back(place);
      continue;
    }
    const auto first_higher = std::upper_bound(highest_at.begin(), highest_at.end(), number,
                                               [&](std::size_t value, std::size_t at) { return value < order[at]; });
    ++result.reordered;
    result.extent_max = std::max<std::uint64_t>(result.extent_max, place - *first_higher);
  }
}

}  // namespace

reordering_measure measure_reordering(std::span<const message_record> messages) {
  reordering_measure result;
  for (const auto& [lane, order] : orders_of_arrival(messages)) measure(order, result);
  return result;
}

}  // namespace tern::compare
