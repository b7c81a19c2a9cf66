#include "relay/server/text_visitors.hpp"

#include <algorithm>

namespace tern::relay {

std::optional<std::string_view> text_visitors::enter(const proto::address& from, proto::time_point now) {
  if (here_ >= limits_.connections_max) {
    ++counters_.refused;
    return "the relay has no space for a further visitor, try again later";
  }
  forget_idle(now);
  neighbours& near = prefixes_.try_emplace(from.limit_prefix(), limits_).first->second;
  if (near.here >= limits_.prefix_connections_max) {
    ++counters_.prefix_refused;
    return "too many connections from your address";
  }
  if (near.visits.wait(1, now).count() > 0) {
    ++counters_.prefix_refused;
    return "too many connections in a short time from your address, try again later";
  }
  near.visits.take(1, now);
  ++near.here;
  ++here_;
  return std::nullopt;
}

void text_visitors::leave(const proto::address& from, proto::time_point now) {
  --prefixes_.at(from.limit_prefix()).here;
  --here_;
  forget_idle(now);
}

proto::duration text_visitors::take_message(const proto::address& from, proto::time_point now) {
  rate_limit& messages = prefixes_.at(from.limit_prefix()).messages;
  const proto::duration wait = messages.wait(1, now);
  if (wait.count() > 0) {
    ++counters_.paced;
  } else {
    messages.take(1, now);
  }
  return wait;
}

// Sweeping when their number has doubled keeps the cost of each new one constant.
void text_visitors::forget_idle(proto::time_point now) {
  if (prefixes_.size() < sweep_at_) return;
  std::erase_if(prefixes_, [now](const auto& entry) {
    const neighbours& near = entry.second;
    return near.here == 0 && near.visits.is_idle(now) && near.messages.is_idle(now);
  });
  sweep_at_ = std::max<std::size_t>(1024, 2 * prefixes_.size());
}

}  // namespace tern::relay
