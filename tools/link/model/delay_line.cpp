#include "tools/link/model/delay_line.hpp"

#include <algorithm>
#include <utility>

namespace tern::link_model {

delay_line::delay_line(const impairments& config, proto::random source)
    : jitter_source_{source.fork()}, reorder_source_{source.fork()} {
  set_config(config);
}

void delay_line::set_config(const impairments& config) {
  delay_ = config.delay;
  jitter_ = config.jitter;
  reorder_ = config.reorder;
}

bool delay_line::send(proto::time_point departure, packet&& content, bool is_copy) {
  proto::time_point at = departure + delay_ + draw_jitter();
  const bool held_back = reorder_source_.chance(reorder_.probability);
  if (held_back) {
    at += reorder_.extra;
  } else if (!jitter_.reorders) {
    at = last_in_order_ = std::max(at, last_in_order_);
  }
  octets_ += content.octets.size();
  under_way_.push_back({at, sent_++, is_copy, std::move(content)});
  std::push_heap(under_way_.begin(), under_way_.end(), later);
  return held_back;
}

std::optional<delay_line::arrival> delay_line::poll(proto::time_point now) {
  if (under_way_.empty() || under_way_.front().at > now) return std::nullopt;
  std::pop_heap(under_way_.begin(), under_way_.end(), later);
  entry first = std::move(under_way_.back());
  under_way_.pop_back();
  octets_ -= first.content.octets.size();
  const bool overtaken = !first.is_copy && first.sequence < newest_arrived_;
  if (!first.is_copy) newest_arrived_ = std::max(newest_arrived_, first.sequence + 1);
  return arrival{{std::move(first.content), first.at}, overtaken};
}

std::optional<proto::time_point> delay_line::next_arrival() const {
  if (under_way_.empty()) return std::nullopt;
  return under_way_.front().at;
}

bool delay_line::later(const entry& a, const entry& b) { return a.at != b.at ? a.at > b.at : a.sequence > b.sequence; }

duration delay_line::draw_jitter() {
  if (jitter_.extra == duration{}) return duration{};
  const auto extra = static_cast<double>(jitter_.extra.count());
  const double drawn = jitter_.shape == jitter_shape::uniform ? extra * jitter_source_.uniform()
                                                              : std::min(jitter_source_.exponential(extra), 10 * extra);
  return duration{static_cast<duration::rep>(drawn)};
}

}  // namespace tern::link_model
