#include "proto/stream/stream_connection.hpp"

#include "proto/deadline.hpp"
#include "proto/limits.hpp"

#include <algorithm>
#include <utility>

namespace tern::proto {

namespace {

// A stalled stream that does not even take our CLOSE is given up after this long at least.
constexpr duration linger_min = std::chrono::seconds{1};
// A timer that comes later than this tells of a process that stood still, not of a busy one.
constexpr duration stood_still_min = std::chrono::milliseconds{100};
// Until what came meanwhile must have been read.
constexpr duration unread_grace = std::chrono::seconds{3};

}  // namespace

stream_connection::stream_connection(const connection_environment& environment, connection_handle handle,
                                     const path& peer, bool is_client, duration handshake_time, time_point now)
    : environment_(environment),
      handle_(handle),
      path_(peer),
      reader_(!is_client),
      acks_(environment.config.bounds.max_ack_delay),
      messages_(environment, handle, limits::stream_packet_bytes - stream_protection::overhead, peer.remote),
      idle_(now, environment.config.idle_timeout, environment.config.keep_alive_interval),
      heartbeat_(now, environment.config.keep_alive_interval),
      wear_(environment.config.connection_age_max, environment.config.connection_packets_max),
      handshake_deadline_(now + handshake_time) {}

stream_connection::stream_connection(const connection_environment& environment, connection_handle handle,
                                     const path& to, connect_options options, time_point now)
    : stream_connection(environment, handle, to, true, environment.config.handshake_timeout, now) {
  client_.emplace(connection_id{environment.source.draw<8>()}, options);
  self_ = std::move(options.self);
  early_data_ = options.early_data;
  preface_due_ = true;
  messages_.open_inbox();
  messages_.out().on_max_data(limits::early_credit_bytes);
}

stream_connection::stream_connection(const connection_environment& environment, connection_handle handle,
                                     const path& from, time_point now)
    : stream_connection(environment, handle, from, false, environment.config.admission.half_open_life, now) {
  provisional_ = true;
}

tl::expected<void, std::error_code> stream_connection::send(lane_id lane, bytes payload, const send_options& options,
                                                            time_point now, bool early_allowed) {
  const bool shakes_hands = is_client() && phase_ == phase::handshaking;
  if (!shakes_hands && phase_ != phase::open) return tl::unexpected(make_error_code(errc::closed));
  const bool hold =
      shakes_hands && (!early_allowed || !early_data_ || messages_.is_holding() || !client_->takes_early());
  auto sent = messages_.send(lane, std::move(payload), options, now, hold);
  heartbeat_.set_busy(now, !messages_.out().all_acked());
  return sent;
}

tl::expected<ping_id, std::error_code> stream_connection::ping() {
  if (phase_ != phase::open || !protection_) return tl::unexpected(make_error_code(errc::closed));
  const ping_id id{environment_.source.draw_u64()};
  if (!pings_.ask(id)) return tl::unexpected(make_error_code(errc::queue_full));
  return id;
}

void stream_connection::trust(time_point) {
  if (phase_ == phase::handshaking && client_) client_->trust_offered();
}

void stream_connection::close(close_code code, std::string_view reason, time_point now, duration drain_max) {
  if (phase_ == phase::handshaking) return abandon(now, closed::cause::by_us, code, reason);
  if (!accepts_data()) return;
  ending_.decide(closed::cause::by_us, code, reason);
  if (drain_max == duration::zero() || messages_.out().all_acked()) return begin_closing(now);
  phase_ = phase::flushing;
  flush_until_ = now + drain_max;
}

void stream_connection::fail(close_code code, std::string_view reason, time_point now) {
  if (!accepts_data()) return;
  ending_.decide(closed::cause::by_us, code, reason);
  begin_closing(now);
}

void stream_connection::begin_closing(time_point now) {
  phase_ = phase::closing;
  flush_until_.reset();
  close_due_ = true;
  linger_until_ = now + linger_time();
}

void stream_connection::break_off(time_point now, std::string_view reason) {
  const bool is_new = phase_ == phase::handshaking;
  abandon(now, is_new ? closed::cause::never_answered : closed::cause::broken, close_code::none, reason);
}

void stream_connection::abandon(time_point now, closed::cause how, close_code code, std::string_view reason) {
  ending_.decide(how, code, reason);
  if (!messages_.in().readable()) return leave();
  phase_ = phase::lingering;
  linger_until_ = now + linger_time();
  tell_ending();
  finish(stream_finished::manner::abort);
}

void stream_connection::evict() {
  ending_.decide(closed::cause::by_us, close_code::evicted, "handshake not finished");
  leave();
}

void stream_connection::leave() {
  if (phase_ == phase::gone) return;
  if (phase_ != phase::handshaking && phase_ != phase::refusing) ++environment_.counters.connections_closed;
  phase_ = phase::gone;
  tell_ending();
  finish(stream_finished::manner::abort);
}

// A relay's owner has never heard of a connection that was not accepted.
void stream_connection::tell_ending() {
  if (is_client() || authenticated_) ending_.tell(environment_, handle_);
}

void stream_connection::finish(stream_finished::manner how) {
  if (!std::exchange(finished_, true)) tell(stream_finished{handle_, how});
}

// As loss_recovery does for datagrams. Nothing was read while the process was stopped or the machine slept, so for
// that time silence means nothing, and neither does how long an answer took.
void stream_connection::note_stall(time_point now) {
  const auto due = next_deadline();
  if (!due || now <= *due + stood_still_min) return;
  stalled_until_ = now;
  // Once until something is heard: timers that are always late put nothing off for ever.
  if (std::exchange(is_excused_, true)) return;
  excused_until_ = now + unread_grace;
  if (packet_due_) packet_due_ = std::max(*packet_due_, now + unread_grace);
  heartbeat_.on_stall(now);
}

time_point stream_connection::idle_deadline() const {
  return std::max(idle_.idle_deadline(rtt_.pto(environment_.config.bounds.max_ack_delay)), excused_until_);
}

duration stream_connection::linger_time() const {
  return std::max(linger_min, 3 * rtt_.pto(environment_.config.bounds.max_ack_delay));
}

void stream_connection::on_end(time_point now) {
  if (phase_ == phase::gone || phase_ == phase::lingering) return;
  if (phase_ == phase::closing || phase_ == phase::refusing) return leave();
  break_off(now, "the stream ended");
}

void stream_connection::on_timeout(time_point now) {
  if (phase_ == phase::gone) return;
  note_stall(now);
  if (linger_until_) {
    if (now >= *linger_until_) leave();
    return;
  }
  if ((provisional_ || phase_ == phase::handshaking) && now >= handshake_deadline_) {
    if (is_client()) return abandon(now, closed::cause::never_answered, close_code::none, "no answer");
    ++environment_.counters.streams_expired;
    return evict();
  }
  if (!accepts_data()) return;
  if (packet_due_ && now >= *packet_due_) return break_off(now, "a packet did not come to its end");
  if (now >= idle_deadline())
    return abandon(now, closed::cause::idle, close_code::idle_timeout, "nothing heard for the idle timeout");
  if (flush_until_ && now >= *flush_until_) return begin_closing(now);
  // Whatever is due now may have to wait for the stream, so no deadline may stay behind.
  if (!early_decision_.holds_reply(now)) reply_released_ = true;
  if (confirm_at_ && now >= *confirm_at_) {
    confirm_at_.reset();
    ping_due_ = true;
  }
  acks_.on_timeout(now);
  heartbeat_.on_timeout(now, rtt_.smoothed());
  messages_.out().on_deadline(now);
  messages_.in().on_timeout(now);
  announce(now);
}

std::optional<time_point> stream_connection::next_deadline() const {
  if (phase_ == phase::gone) return std::nullopt;
  if (linger_until_) return linger_until_;
  if (!accepts_data()) return handshake_deadline_;
  std::optional<time_point> earliest = idle_deadline();
  if (provisional_) keep_earlier(earliest, handshake_deadline_);
  if (server_ && !reply_released_) keep_earlier(earliest, early_decision_.deadline());
  keep_earlier(earliest, packet_due_);
  keep_earlier(earliest, flush_until_);
  keep_earlier(earliest, confirm_at_);
  keep_earlier(earliest, wear_.deadline());
  keep_earlier(earliest, acks_.deadline());
  keep_earlier(earliest, heartbeat_.deadline(rtt_.smoothed()));
  keep_earlier(earliest, messages_.out().next_deadline());
  keep_earlier(earliest, messages_.in().next_deadline());
  return earliest;
}

connection_statistics stream_connection::statistics() const {
  connection_statistics result = statistics_;
  messages_.describe(result);
  result.rtt_sampled = rtt_.has_sample();
  result.rtt_min = rtt_.minimum();
  result.rtt_smoothed = rtt_.smoothed();
  result.rtt_latest = rtt_.latest();
  result.rtt_variation = rtt_.variation();
  result.current_path = path_;
  return result;
}

}  // namespace tern::proto
