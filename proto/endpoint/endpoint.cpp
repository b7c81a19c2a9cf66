#include "proto/endpoint.hpp"

#include "proto/endpoint/implementation.hpp"

#include <utility>

namespace tern::proto {

endpoint::endpoint(endpoint_config config, entropy& source, time_point now)
    : implementation_(std::make_unique<implementation>(std::move(config), source, now)) {}
endpoint::~endpoint() = default;
endpoint::endpoint(endpoint&&) noexcept = default;
endpoint& endpoint::operator=(endpoint&&) noexcept = default;

connection_handle endpoint::connect(time_point now, const path& to, connect_options options) {
  return implementation_->connect(now, to, std::move(options));
}

connection_handle endpoint::connect_stream(time_point now, const path& to, connect_options options) {
  return implementation_->connect_stream(now, to, std::move(options));
}

tl::expected<connection_handle, std::error_code> endpoint::accept_stream(time_point now, const path& from) {
  return implementation_->accept_stream(now, from);
}

void endpoint::set_invites(std::vector<invite> invites, time_point now) {
  implementation_->set_invites(std::move(invites), now);
}

std::optional<invite_id> endpoint::invited_by(connection_handle handle) const {
  const owned_connection* found = implementation_->find(handle);
  if (found == nullptr) return std::nullopt;
  return found->invited_by();
}

void endpoint::change_limits(const endpoint_config& wanted) { implementation_->change_limits(wanted); }

void endpoint::on_stream_data(time_point now, connection_handle handle, mutable_byte_view octets) {
  implementation_->on_stream_data(now, handle, octets);
}
void endpoint::on_stream_end(time_point now, connection_handle handle) { implementation_->on_stream_end(now, handle); }
std::optional<connection_handle> endpoint::poll_stream_ready() { return implementation_->poll_stream_ready(); }
std::optional<std::size_t> endpoint::poll_stream(time_point now, connection_handle handle, mutable_byte_view buffer) {
  return implementation_->poll_stream(now, handle, buffer);
}

void endpoint::trust(connection_handle handle, time_point now) {
  implementation_->with(handle, [&](owned_connection& found) { found.trust(now); });
}

tl::expected<void, std::error_code> endpoint::send(connection_handle handle, lane_id lane, bytes payload,
                                                   const send_options& options, time_point now, bool early_allowed) {
  owned_connection* found = implementation_->find(handle);
  if (found == nullptr) return tl::unexpected(make_error_code(errc::closed));
  auto sent = found->send(lane, std::move(payload), options, now, early_allowed);
  // One more message without a deadline moves no deadline of a connection that is about to send anyway.
  if (sent && (options.deadline || !implementation_->is_ready(handle))) implementation_->touch(handle);
  return sent;
}

std::optional<received_message> endpoint::receive(connection_handle handle, time_point) {
  owned_connection* found = implementation_->find(handle);
  if (found == nullptr) return std::nullopt;
  auto message = found->receive();
  if (!message) implementation_->touch(handle);  // credit may be worth a MAX_DATA now
  return message;
}

void endpoint::decide_early(connection_handle handle, bool taken, time_point now) {
  implementation_->with(handle, [&](owned_connection& found) { found.decide_early(taken, now); });
}

void endpoint::keep_alive(connection_handle handle, bool wanted, time_point) {
  implementation_->with(handle, [&](owned_connection& found) { found.keep_alive(wanted); });
}

void endpoint::expect_answer(connection_handle handle, bool expected, time_point) {
  implementation_->with(handle, [&](owned_connection& found) { found.expect_answer(expected); });
}

tl::expected<ping_id, std::error_code> endpoint::ping(connection_handle handle, time_point) {
  owned_connection* found = implementation_->find(handle);
  if (found == nullptr) return tl::unexpected(make_error_code(errc::closed));
  auto asked = found->ping();
  implementation_->touch(handle);
  return asked;
}

void endpoint::close(connection_handle handle, close_code code, std::string reason, time_point now,
                     duration drain_max) {
  implementation_->with(handle, [&](owned_connection& found) { found.close(code, std::move(reason), now, drain_max); });
}

void endpoint::abort(connection_handle handle, close_code code, std::string reason, time_point now) {
  close(handle, code, std::move(reason), now, duration::zero());
}

void endpoint::on_datagram(time_point now, const path& from, mutable_byte_view datagram) {
  implementation_->on_datagram(now, from, datagram);
}
void endpoint::on_timeout(time_point now) { implementation_->on_timeout(now); }
std::optional<transmit> endpoint::poll_transmit(time_point now, mutable_byte_view buffer) {
  return implementation_->poll_transmit(now, buffer);
}
std::optional<endpoint_event> endpoint::poll_event() { return implementation_->poll_event(); }
std::optional<time_point> endpoint::next_deadline() { return implementation_->next_deadline(); }

std::uint64_t endpoint::queued_bytes(connection_handle handle) const {
  const owned_connection* found = implementation_->find(handle);
  return found == nullptr ? 0 : found->queued_bytes();
}
std::optional<connection_statistics> endpoint::statistics(connection_handle handle) const {
  const owned_connection* found = implementation_->find(handle);
  if (found == nullptr) return std::nullopt;
  return found->statistics();
}
std::optional<path> endpoint::current_path(connection_handle handle) const {
  const owned_connection* found = implementation_->find(handle);
  if (found == nullptr) return std::nullopt;
  return found->current_path();
}
const endpoint_counters& endpoint::counters() const { return implementation_->counters_; }
std::size_t endpoint::connection_count() const { return implementation_->connection_count(); }

}  // namespace tern::proto
