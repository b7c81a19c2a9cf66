#include "cli/chat/own_lines.hpp"

#include <algorithm>

namespace tern::cli {

void own_lines::on_decided(std::optional<proto::log_position> committed_at) {
  --undecided_;
  if (!committed_at) return;
  said_here_.insert(*committed_at);
  last_said_here_ = std::max(last_said_here_, *committed_at);
}

void own_lines::on_new_log() {
  said_here_.clear();
  last_said_here_ = {};
  place_.reset();
}

own_lines::origin own_lines::origin_of(const proto::chat::entry_received& entry) const {
  if (!entry.own) return origin::elsewhere;
  if (said_here_.contains(entry.message.position)) return origin::here;
  const bool is_clear = undecided_ == 0 || entry.message.position < last_said_here_ || waiting_.size() > waiting_max;
  return is_clear ? origin::elsewhere : origin::unclear;
}

std::optional<proto::chat::entry_received> own_lines::poll() {
  while (!waiting_.empty()) {
    const origin from = origin_of(waiting_.front());
    if (from == origin::unclear) return std::nullopt;
    auto entry = std::move(waiting_.front());
    waiting_.pop_front();
    place_ = entry.place();
    // Every earlier receipt belongs to an entry that has been here, or never comes.
    said_here_.erase(said_here_.begin(), said_here_.upper_bound(entry.message.position));
    if (from == origin::elsewhere) return entry;
  }
  return std::nullopt;
}

}  // namespace tern::cli
