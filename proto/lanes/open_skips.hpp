// SKIPs on their way out: numbers whose messages expired after they had been given, until
// the peer acknowledges that it waits for them no longer. Knows no lanes and no packets.
#pragma once

#include "proto/lane.hpp"
#include "proto/numbers.hpp"
#include "proto/packet/writer.hpp"
#include "proto/recovery/sent_item.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

namespace tern::proto {

class open_skips {
 public:
  // `charge`: what the message had used of the credit (WIRE.md, "Flow control").
  void open(const sent_skip& skip, std::uint64_t charge);

  // Appends the SKIPs that are due and notes them in `items`. False when one did not fit.
  bool fill(writer& out, std::vector<sent_item>& items);
  // Appends this one, if it is open, whether it is due or not. False when it did not fit.
  bool repeat(const sent_skip& skip, writer& out, std::vector<sent_item>& items) const;

  void on_acked(const sent_skip& skip) { charges_.erase({skip.lane, skip.number}); }
  // On a stream: all of the lane below `next`.
  void on_acked_below(lane_id lane, message_number next);
  void on_lost(const sent_skip& skip);

  bool has_due() const { return !due_.empty(); }
  bool empty() const { return charges_.empty(); }

 private:
  std::deque<sent_skip> due_;  // to be written, if still open
  std::map<std::pair<lane_id, message_number>, std::uint64_t> charges_;
};

}  // namespace tern::proto
