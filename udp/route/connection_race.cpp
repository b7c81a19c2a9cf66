#include "udp/route/connection_race.hpp"

#include "proto/error.hpp"

#include <algorithm>
#include <utility>

namespace tern::udp {

namespace {

// What a person learns most from: the relay's own refusal, then the system's reason.
int rank(std::error_code error) {
  if (error == proto::errc::wrong_key) return 4;
  if (error == proto::errc::refused) return 3;
  if (error.category() != proto::error_category()) return 2;
  return error == proto::errc::unreachable ? 0 : 1;
}

}  // namespace

void connection_race::begin(proto::time_point now, attempt_schedule schedule, proto::duration patience) {
  schedule_ = std::move(schedule);
  patience_ = patience;
  until_ = now + patience;
  error_ = make_error_code(proto::errc::unreachable);
}

std::optional<connection_race::entry> connection_race::start_due(proto::time_point now,
                                                                 const proto::connect_options& how) {
  while (const auto due = schedule_.take_due(now)) {
    until_ = now + patience_;
    if (const auto connection = connect(now, *due, how)) return entries_.emplace_back(entry{*connection, *due});
    if (entries_.empty()) schedule_.hurry(now);
  }
  return std::nullopt;
}

std::optional<proto::connection_handle> connection_race::connect(proto::time_point now, const attempt& what,
                                                                 const proto::connect_options& how) {
  if (what.by == transport::tcp) {
    const auto stream = endpoint_.connect_stream(now, proto::path{what.remote, 0}, how);
    around_.open_stream(stream, what.remote);
    return stream;
  }
  const auto socket = around_.datagram_socket();
  if (!socket) {
    note(socket.error());
    return std::nullopt;
  }
  proto::connect_options with_token = how;
  with_token.token = around_.token_for(what.remote);
  return endpoint_.connect(now, proto::path{what.remote, *socket}, std::move(with_token));
}

std::optional<proto::time_point> connection_race::next_deadline() const {
  const auto start = schedule_.next_deadline();
  if (!is_running() || !start) return is_running() ? until_ : std::nullopt;
  return std::min(*start, *until_);
}

std::optional<connection_race::entry> connection_race::find(proto::connection_handle connection) const {
  const auto found = std::ranges::find(entries_, connection, &entry::connection);
  return found == entries_.end() ? std::nullopt : std::optional{*found};
}

std::optional<connection_race::entry> connection_race::find(const attempt& what) const {
  const auto found = std::ranges::find(entries_, what, &entry::what);
  return found == entries_.end() ? std::nullopt : std::optional{*found};
}

void connection_race::on_failed(proto::time_point now, proto::connection_handle connection, std::error_code why) {
  std::erase_if(entries_, [&](const entry& each) { return each.connection == connection; });
  endpoint_.abort(connection, proto::close_code::none, {}, now);
  note(why);
  schedule_.hurry(now);
}

void connection_race::forget(proto::time_point now, const proto::address& remote) {
  schedule_.forget(remote);
  std::erase_if(entries_, [&](const entry& each) {
    if (each.what.remote != remote) return false;
    endpoint_.abort(each.connection, proto::close_code::none, {}, now);
    return true;
  });
}

void connection_race::end(proto::time_point now, std::optional<proto::connection_handle> kept) {
  for (const auto& each : std::exchange(entries_, {}))
    if (each.connection != kept) endpoint_.abort(each.connection, proto::close_code::none, {}, now);
  schedule_ = {};
  until_.reset();
}

void connection_race::note(std::error_code why) {
  if (rank(why) >= rank(error_)) error_ = why;
}

}  // namespace tern::udp
