// Lanes on which something was said that is not known to be delivered: of one log, each under
// the position of the first of it. Finds those that something is due to without a look at the
// others. Knows neither readers nor what they have taken.
#pragma once

#include "relay/hub/peer_id.hpp"
#include "relay/store/types.hpp"

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace tern::relay {

class waiting_lanes {
 public:
  bool empty() const { return all_.empty(); }
  // One that is there already stays.
  void add(log_position first, const client_key& sender, const lane_of_peer& lane) {
    all_.emplace(first, lane);
    of_sender_[sender].emplace(first, lane);
  }
  void remove(log_position first, const client_key& sender, const lane_of_peer& lane) {
    if (all_.erase({first, lane}) == 0) return;
    const auto own = of_sender_.find(sender);
    own->second.erase({first, lane});
    if (own->second.empty()) of_sender_.erase(own);
  }

  // Adds to `found` those whose first is not above `last`.
  void find_up_to(log_position last, std::vector<lane_of_peer>& found) const { find_in(all_, last, found); }
  // The same of one sender, on all their connections.
  void find_up_to(log_position last, const client_key& sender, std::vector<lane_of_peer>& found) const {
    const auto own = of_sender_.find(sender);
    if (own != of_sender_.end()) find_in(own->second, last, found);
  }

 private:
  using by_first = std::set<std::pair<log_position, lane_of_peer>>;
  static void find_in(const by_first& lanes, log_position last, std::vector<lane_of_peer>& found) {
    for (const auto& [first, lane] : lanes) {
      if (first > last) break;
      found.push_back(lane);
    }
  }

  by_first all_;
  std::map<client_key, by_first> of_sender_;
};

}  // namespace tern::relay
