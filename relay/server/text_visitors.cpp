#include "relay/server/text_visitors.hpp"

namespace tern::relay {

std::string_view text_visitors::refuse(std::uint64_t& counter, std::string_view why) {
  ++counter;
  return why;
}

std::optional<std::string_view> text_visitors::enter(const proto::address& from, proto::time_point now) {
  forget(now);
  if (here_ >= limits_.connections_max)
    return refuse(counters_.refused, "the relay has no space for a further visitor, try again later");
  const prefix where = from.limit_prefix();
  const auto known = prefixes_.find(where);
  if ((known == prefixes_.end() ? 0 : known->second.here) >= limits_.prefix_connections_max)
    return refuse(counters_.prefix_refused, "too many connections from your address");
  neighbours& near = prefixes_.try_emplace(where, limits_).first->second;
  if (near.visits.wait(1, now).count() > 0) {
    return refuse(counters_.prefix_refused, "too many connections in a short time from your address, try again later");
  }
  near.visits.take(1, now);
  if (++near.here == 1) gone_.leave(where);
  ++here_;
  return std::nullopt;
}

void text_visitors::leave(const proto::address& from, proto::time_point now) {
  const prefix where = from.limit_prefix();
  neighbours& near = prefixes_.at(where);
  if (--near.here == 0) gone_.enter(where, near.idle_at());
  --here_;
  forget(now);
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

void text_visitors::forget(proto::time_point now) {
  while (const auto next = gone_.poll(now, text_prefixes_remembered_max)) {
    prefixes_.erase(next->key);
    if (next->is_early) ++counters_.prefix_forgotten;
  }
}

}  // namespace tern::relay
