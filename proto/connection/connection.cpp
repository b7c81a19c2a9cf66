#include "proto/connection/connection.hpp"

#include "proto/congestion/cubic.hpp"
#include "proto/deadline.hpp"

#include <algorithm>
#include <utility>

namespace tern::proto {

namespace {

std::unique_ptr<congestion_controller> make_controller(const endpoint_config& config) {
  if (config.make_congestion_controller) return config.make_congestion_controller(config.bounds.datagram_bytes_base);
  return std::make_unique<cubic>(congestion_limits{.datagram_bytes = config.bounds.datagram_bytes_base});
}

std::size_t payload_bytes(const endpoint_config& config) {
  return config.bounds.datagram_bytes_base - data_header_bytes - aead_tag_size;
}

}  // namespace

connection::connection(const connection_environment& environment, connection_handle handle,
                       const connection_id& local_id, const path& peer, phase first, time_point now)
    : environment_(environment),
      handle_(handle),
      local_id_(local_id),
      path_(peer),
      phase_(first),
      acks_(environment.config.bounds.max_ack_delay),
      recovery_(packet_number{1}),
      skipper_(environment.source),
      gate_(make_controller(environment.config), environment.config.bounds.datagram_bytes_base,
            environment.config.pacing),
      datagram_bytes_max_(environment.config.bounds.datagram_bytes_base),
      messages_(environment, handle, payload_bytes(environment.config), peer.remote),
      idle_(now, environment.config.idle_timeout, environment.config.keep_alive_interval),
      wear_(environment.config.connection_age_max, environment.config.connection_packets_max),
      handshake_deadline_(now + environment.config.handshake_timeout) {}

connection::connection(const connection_environment& environment, connection_handle handle,
                       const connection_id& local_id, const path& to, connect_options options, time_point now)
    : connection(environment, handle, local_id, to, phase::handshaking, now) {
  client_.emplace(local_id, options, now);
  self_ = std::move(options.self);
  early_data_ = options.early_data;
  amplification_.lift();
  messages_.open_inbox();
  messages_.out().on_max_data(limits::early_credit_bytes);
}

connection::connection(const connection_environment& environment, connection_handle handle,
                       const connection_id& local_id, const path& from, server_handshake handshake,
                       bool address_validated, std::size_t initial_bytes, time_point now)
    : connection(environment, handle, local_id, from, phase::open, now) {
  remote_id_ = handshake.client_id();
  invited_by_ = handshake.invited_by();
  server_.emplace(std::move(handshake));
  provisional_ = true;
  if (address_validated) amplification_.lift();
  amplification_.on_received(initial_bytes);
  accept_initial(server_->payload(), now);
}

tl::expected<void, std::error_code> connection::send(lane_id lane, bytes payload, const send_options& options,
                                                     time_point now, bool early_allowed) {
  if (phase_ != phase::handshaking && phase_ != phase::open) return tl::unexpected(make_error_code(errc::closed));
  const bool hold = phase_ == phase::handshaking &&
                    (!early_allowed || !early_data_ || messages_.is_holding() || !client_->takes_early());
  return messages_.send(lane, std::move(payload), options, now, hold);
}

tl::expected<ping_id, std::error_code> connection::ping() {
  if (phase_ != phase::open || !has_keys()) return tl::unexpected(make_error_code(errc::closed));
  const ping_id id{environment_.source.draw_u64()};
  if (!pings_.ask(id)) return tl::unexpected(make_error_code(errc::queue_full));
  return id;
}

void connection::trust(time_point now) {
  if (phase_ == phase::handshaking) client_->trust_offered(now);
}

void connection::close(close_code code, std::string_view reason, time_point now, duration drain_max) {
  if (phase_ == phase::handshaking) return leave(closed::cause::by_us, code, reason);
  if (phase_ != phase::open && phase_ != phase::flushing) return;
  ending_.decide(closed::cause::by_us, code, reason);
  if (drain_max == duration::zero() || messages_.out().all_acked()) return begin_closing(now);
  phase_ = phase::flushing;
  flush_until_ = now + drain_max;
}

void connection::evict() { leave(closed::cause::by_us, close_code::evicted, "handshake not finished"); }

void connection::fail(close_code code, std::string_view reason, time_point now) {
  if (phase_ == phase::closing || phase_ == phase::draining || phase_ == phase::gone) return;
  ending_.decide(closed::cause::by_us, code, reason);
  begin_closing(now);
}

void connection::begin_closing(time_point now) {
  if (!has_keys()) return leave();
  phase_ = phase::closing;
  flush_until_.reset();
  close_due_ = true;
  // RFC 9000 §10.2: three PTOs, so that what is still under way finds an answer.
  linger_until_ = now + 3 * recovery_.pto();
}

void connection::begin_draining(time_point now) {
  phase_ = phase::draining;
  linger_until_ = now + 3 * recovery_.pto();
}

void connection::leave(closed::cause how, close_code code, std::string_view reason) {
  if (phase_ == phase::gone) return;
  ending_.decide(how, code, reason);
  leave();
}

void connection::leave() {
  phase_ = phase::gone;
  ending_.tell(environment_, handle_);
}

void connection::on_timeout(time_point now) {
  if (phase_ == phase::gone) return;
  if (linger_until_) {
    if (now < *linger_until_) return;
    return leave();
  }
  if (phase_ == phase::handshaking) {
    if (now >= handshake_deadline_) return leave(closed::cause::never_answered, close_code::none, "no answer");
    return client_->on_timeout(now);
  }
  if (idle_.is_idle(now, recovery_.pto()))
    return leave(closed::cause::idle, close_code::idle_timeout, "nothing heard for the idle timeout");
  if (flush_until_ && now >= *flush_until_) return begin_closing(now);
  if (idle_.keep_alive_due(now)) ping_due_ = true;
  if (pacing_wake_up_ && now >= *pacing_wake_up_) pacing_wake_up_.reset();
  messages_.out().on_deadline(now);
  messages_.in().on_timeout(now);
  if (const auto due = recovery_.deadline(); due && now >= *due) {
    const timer_outcome happened = recovery_.on_timer(now, outcome_);
    if (happened != timer_outcome::nothing) settle(now);
    if (happened == timer_outcome::probe) probes_due_ = 1;
  }
  silence_.on_timeout(now, recovery_.pto());
  announce(now);
}

std::optional<time_point> connection::next_deadline() const {
  if (phase_ == phase::gone) return std::nullopt;
  if (linger_until_) return linger_until_;
  if (phase_ == phase::handshaking) {
    std::optional<time_point> earliest = handshake_deadline_;
    keep_earlier(earliest, client_->deadline());
    return earliest;
  }
  std::optional<time_point> earliest = idle_.idle_deadline(recovery_.pto());
  keep_earlier(earliest, idle_.keep_alive_deadline());
  keep_earlier(earliest, flush_until_);
  keep_earlier(earliest, early_decision_.deadline());
  keep_earlier(earliest, confirm_at_);
  keep_earlier(earliest, acks_.deadline());
  keep_earlier(earliest, recovery_.deadline());
  keep_earlier(earliest, silence_.deadline(recovery_.pto()));
  keep_earlier(earliest, wear_.deadline());
  keep_earlier(earliest, pacing_wake_up_);
  keep_earlier(earliest, messages_.out().next_deadline());
  keep_earlier(earliest, messages_.in().next_deadline());
  return earliest;
}

connection_statistics connection::statistics() const {
  connection_statistics result = statistics_;
  messages_.describe(result);
  const rtt_estimator& rtt = recovery_.rtt();
  const recovery_statistics recovery = recovery_.statistics();
  result.rtt_sampled = rtt.has_sample();
  result.rtt_min = rtt.minimum();
  result.rtt_smoothed = rtt.smoothed();
  result.rtt_latest = rtt.latest();
  result.rtt_variation = rtt.variation();
  result.packets_lost = recovery.packets_lost;
  result.packets_spuriously_lost = recovery.spurious_losses;
  result.packets_reordered = acks_.stats().reordered;
  result.congestion_window = gate_.window();
  result.pacing_rate = gate_.pacing_rate();
  result.bytes_in_flight = recovery_.bytes_in_flight();
  result.datagram_bytes_max = datagram_bytes_max_;
  result.current_path = path_;
  return result;
}

}  // namespace tern::proto
