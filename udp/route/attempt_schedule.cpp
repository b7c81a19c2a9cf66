#include "udp/route/attempt_schedule.hpp"

#include <algorithm>

namespace tern::udp {

namespace {

// Families take turns, beginning with that of the first address (RFC 8305 §4).
std::vector<proto::address> interleaved(const std::vector<proto::address>& addresses) {
  std::deque<proto::address> first;
  std::deque<proto::address> other;
  for (const auto& each : addresses) (each.is_v4() == addresses.front().is_v4() ? first : other).push_back(each);
  std::vector<proto::address> result;
  while (!first.empty() || !other.empty()) {
    for (auto* family : {&first, &other}) {
      if (family->empty()) continue;
      result.push_back(family->front());
      family->pop_front();
    }
  }
  return result;
}

}  // namespace

attempt_schedule::attempt_schedule(std::vector<proto::address> addresses, transport_choice choice, start how,
                                   proto::time_point now) {
  if (addresses.size() > addresses_max) addresses.resize(addresses_max);
  const bool waits_for_udp = how == start::udp_first && choice == transport_choice::automatic;
  proto::duration delay{};
  const auto ordered = interleaved(addresses);
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const bool is_other_family = i == 1 && ordered[1].is_v4() != ordered[0].is_v4();
    if (i > 0) delay += is_other_family ? other_family_delay : next_address_delay;
    if (allows(choice, transport::udp)) steps_.push_back({now + delay, {ordered[i], transport::udp}});
    const proto::duration head_start = waits_for_udp ? proto::duration{tcp_delay} : proto::duration{};
    if (allows(choice, transport::tcp)) steps_.push_back({now + delay + head_start, {ordered[i], transport::tcp}});
  }
  std::ranges::stable_sort(steps_, {}, &step::at);
}

std::optional<proto::time_point> attempt_schedule::next_deadline() const {
  if (steps_.empty()) return std::nullopt;
  return steps_.front().at;
}

std::optional<attempt> attempt_schedule::take_due(proto::time_point now) {
  if (steps_.empty() || steps_.front().at > now) return std::nullopt;
  const attempt due = steps_.front().what;
  steps_.pop_front();
  return due;
}

void attempt_schedule::forget(const proto::address& remote) {
  std::erase_if(steps_, [&](const step& each) { return each.what.remote == remote; });
}

void attempt_schedule::hurry(proto::time_point now) {
  if (!steps_.empty() && steps_.front().at > now) shift(now - steps_.front().at);
}

void attempt_schedule::hold(proto::time_point until) {
  if (!steps_.empty() && steps_.front().at < until) shift(until - steps_.front().at);
}

void attempt_schedule::shift(proto::duration by) {
  for (auto& each : steps_) each.at += by;
}

}  // namespace tern::udp
