#include "proto/lanes/open_skips.hpp"

#include "proto/packet/frame_encode.hpp"

namespace tern::proto {

void open_skips::open(const sent_skip& skip, std::uint64_t charge) {
  charges_.emplace(std::pair{skip.lane, skip.number}, charge);
  due_.push_back(skip);
}

void open_skips::on_acked_below(lane_id lane, message_number next) {
  charges_.erase(charges_.lower_bound({lane, message_number{0}}), charges_.lower_bound({lane, next}));
}

void open_skips::on_lost(const sent_skip& skip) {
  if (charges_.contains({skip.lane, skip.number})) due_.push_back(skip);
}

bool open_skips::fill(writer& out, std::vector<sent_item>& items) {
  for (; !due_.empty(); due_.pop_front())
    if (!repeat(due_.front(), out, items)) return false;
  return true;
}

bool open_skips::repeat(const sent_skip& skip, writer& out, std::vector<sent_item>& items) const {
  const auto open = charges_.find({skip.lane, skip.number});
  if (open == charges_.end()) return true;
  if (!append(out, skip_frame{skip.lane, skip.number, open->second})) return false;
  items.push_back(skip);
  return true;
}

}  // namespace tern::proto
