#include "udp/route/udp_return.hpp"

#include <algorithm>
#include <utility>

namespace tern::udp {

void udp_return::begin(proto::time_point now, std::vector<proto::address> remotes, proto::duration pause) {
  end(now);
  remotes_ = std::move(remotes);
  next_ = 0;
  pauses_ = 0;
  pause_ = first_pause;
  due_ = now + pause;
}

void udp_return::end(proto::time_point now) {
  if (const auto tried = std::exchange(connection_, std::nullopt))
    endpoint_.abort(*tried, proto::close_code::none, {}, now);
  due_.reset();
}

proto::connection_handle udp_return::take() {
  due_.reset();
  return *std::exchange(connection_, std::nullopt);
}

udp_return::verdict udp_return::on_turn(proto::time_point now, const proto::connect_options& how) {
  if (!due_ || now < *due_) return verdict::none;
  if (connection_) return on_failed(now);
  if (!try_once(now, how)) pause(now);
  return verdict::none;
}

bool udp_return::try_once(proto::time_point now, const proto::connect_options& how) {
  tried_at_ = now;
  tried_ = remotes_[next_];
  next_ = (next_ + 1) % remotes_.size();
  const auto socket = around_.datagram_socket();
  if (!socket) return false;
  proto::connect_options with_token = how;
  with_token.token = around_.token_for(tried_);
  connection_ = endpoint_.connect(now, proto::path{tried_, *socket}, std::move(with_token));
  due_ = now + connect_time_max;
  return true;
}

void udp_return::on_connected(proto::time_point now) {
  round_trips_ = 0;
  due_ = now + round_trips_time_max;
  if (!ask(now)) on_failed(now);
}

bool udp_return::ask(proto::time_point now) {
  const auto id = endpoint_.ping(*connection_, now);
  if (id) asked_ = *id;
  return id.has_value();
}

udp_return::verdict udp_return::on_ping_answered(proto::time_point now, proto::ping_id id) {
  if (asked_ != id) return verdict::none;
  if (++round_trips_ == round_trips_wanted) return verdict::works;
  return ask(now) ? verdict::none : on_failed(now);
}

udp_return::verdict udp_return::on_failed(proto::time_point now) {
  if (const auto tried = std::exchange(connection_, std::nullopt))
    endpoint_.abort(*tried, proto::close_code::none, {}, now);
  pause(now);
  return verdict::fails;
}

void udp_return::pause(proto::time_point now) {
  if (++pauses_ >= pauses_alike) pause_ = std::min<proto::duration>(2 * pause_, pause_max);
  due_ = std::max(now, tried_at_ + pause_);
}

}  // namespace tern::udp
