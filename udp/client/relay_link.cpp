#include "udp/client/relay_link.hpp"

#include "udp/clock.hpp"

#include <utility>
#include <variant>

namespace tern::udp {

namespace {

address_family family_of(const client_options& options) {
  if (options.v4_only) return address_family::v4_only;
  return options.v6_only ? address_family::v6_only : address_family::any;
}

std::error_code error_of(const proto::closed& event) {
  switch (event.how) {
    case proto::closed::cause::never_answered:
      return make_error_code(proto::errc::unreachable);
    case proto::closed::cause::idle:
      return make_error_code(proto::errc::timeout);
    case proto::closed::cause::broken:
    case proto::closed::cause::by_peer:
    case proto::closed::cause::by_us:
      break;
  }
  const bool is_refusal = event.code == proto::close_code::busy || event.code == proto::close_code::auth_failed;
  return make_error_code(is_refusal ? proto::errc::refused : proto::errc::closed);
}

}  // namespace

relay_link::relay_link(const net::any_io_executor& executor, tern_address relay, const client_options& options,
                       std::shared_ptr<const proto::identity> self, proto::entropy& source, link_user& user)
    : executor_(executor),
      relay_(std::move(relay)),
      options_(options),
      self_(std::move(self)),
      user_(user),
      relay_key_(relay_.relay_key ? relay_.relay_key : options.relay_key),
      endpoint_(proto::endpoint_config{}, source, clock::now()),
      driver_(executor, endpoint_, *this),
      pauses_(options.retry, source.draw_u64()) {}

void relay_link::start() { resolve_name(); }

void relay_link::begin_search() {
  if (search_ == search::none && !is_closed_) resolve_name();
}

void relay_link::resolve_name() {
  search_ = search::resolving;
  search_until_.reset();
  resolve_query query{relay_.host, relay_.service, transport::udp, family_of(options_), false};
  const auto answer = [this, alive = std::weak_ptr<bool>(is_alive_)](const std::exception_ptr&,
                                                                     result<std::vector<proto::address>> found) {
    if (!alive.expired()) on_resolved(std::move(found));
  };
  asio::co_spawn(executor_, resolve(std::move(query)), answer);
}

void relay_link::on_resolved(result<std::vector<proto::address>> found) {
  if (is_closed_ || search_ != search::resolving) return;
  const auto now = clock::now();
  std::error_code error;
  if (!found) error = found.error();
  if (!error) error = open_socket();
  if (error) {
    on_round_failed(now, error);
  } else {
    walk_ = address_walk{std::move(*found)};
    search_ = search::trying;
    try_next(now);
  }
  driver_.wake();
}

std::error_code relay_link::open_socket() {
  if (socket_) return {};
  auto socket = options_.v4_only ? udp_socket::open(any_v4(0)) : udp_socket::open_any(0);
  if (!socket) return socket.error();
  socket_ = driver_.add_socket(std::move(*socket));
  return {};
}

void relay_link::try_next(proto::time_point now) {
  const auto address = walk_.next();
  if (!address) return on_round_failed(now, walk_.last_error());
  remote_ = *address;
  proto::connect_options how;
  how.relay_key = relay_key_;
  how.self = self_;
  how.early_data = options_.early_data;
  try_ = endpoint_.connect(now, proto::path{remote_, *socket_}, std::move(how));
  search_until_ = now + (walk_.is_last() ? options_.last_address_timeout : options_.address_timeout);
  const bool is_first = !attached_;
  if (is_first) attach(*try_);
  user_.on_connecting(now, remote_, is_first && options_.early_data);
  if (is_first && options_.early_data && relay_key_) may_have_sent_early_ = true;
}

void relay_link::attach(handle connection) {
  attached_ = connection;
  attached_remote_ = remote_;
  is_established_ = false;
  is_kept_alive_ = false;
  has_unread_ = false;
}

void relay_link::detach(proto::time_point now) {
  attached_.reset();
  is_established_ = false;
  user_.on_disconnected(now);
}

void relay_link::give_up_try(proto::time_point now, std::error_code error) {
  const auto tried = std::exchange(try_, std::nullopt);
  walk_.on_failure(error);
  if (tried == attached_) detach(now);
  if (tried) endpoint_.abort(*tried, proto::close_code::none, {}, now);
  try_next(now);
}

void relay_link::end_search(proto::time_point now) {
  const auto tried = std::exchange(try_, std::nullopt);
  search_ = search::none;
  search_until_.reset();
  if (tried && tried != attached_) endpoint_.abort(*tried, proto::close_code::none, {}, now);
}

void relay_link::on_round_failed(proto::time_point now, std::error_code error) {
  if (connections_ == 0 && options_.give_up_unreachable) return fail(now, error);
  search_ = search::pausing;
  search_until_ = now + pauses_.next();
  user_.on_waiting(now, error, last_reason_);
}

void relay_link::fail(proto::time_point now, std::error_code error) {
  close(now);
  user_.on_failed(now, error);
}

tl::expected<void, std::error_code> relay_link::send(proto::lane_id lane, proto::bytes payload,
                                                     const proto::send_options& options, bool early_allowed,
                                                     proto::time_point now) {
  if (!attached_) return tl::unexpected{make_error_code(proto::errc::closed)};
  return endpoint_.send(*attached_, lane, std::move(payload), options, now, early_allowed);
}

void relay_link::keep_alive(bool wanted, proto::time_point now) {
  if (!is_established_ || wanted == is_kept_alive_) return;
  is_kept_alive_ = wanted;
  endpoint_.keep_alive(*attached_, wanted, now);
}

tl::expected<proto::ping_id, std::error_code> relay_link::ping(proto::time_point now) {
  if (!is_established_) return tl::unexpected{make_error_code(proto::errc::closed)};
  return endpoint_.ping(*attached_, now);
}

void relay_link::close(proto::time_point now) {
  if (is_closed_) return;
  is_closed_ = true;
  end_search(now);
  if (attached_) endpoint_.close(*attached_, proto::close_code::none, {}, now, proto::duration::zero());
  attached_.reset();
  is_established_ = false;
  driver_.wake();
}

std::optional<proto::connection_statistics> relay_link::statistics() const {
  if (!attached_) return std::nullopt;
  return endpoint_.statistics(*attached_);
}

void relay_link::on_event(proto::time_point now, proto::endpoint_event event) {
  if (is_closed_) return;
  std::visit([&](const auto& what) { on(now, what); }, event);
}

void relay_link::on(proto::time_point now, const proto::relay_key_offered& event) {
  if (event.connection != try_) return;
  const key_question question{relay_, remote_, event.key, std::nullopt};
  if (!options_.trust || !options_.trust(question)) return fail(now, make_error_code(proto::errc::unknown_key));
  relay_key_ = event.key;
  endpoint_.trust(event.connection, now);
  if (options_.early_data && try_ == attached_) may_have_sent_early_ = true;
}

void relay_link::on(proto::time_point now, const proto::relay_key_changed& event) {
  if (event.connection != try_) return;
  const key_question question{relay_, remote_, event.offered, event.known};
  if (options_.on_wrong_key) options_.on_wrong_key(question);
  fail(now, make_error_code(proto::errc::wrong_key));
}

void relay_link::on(proto::time_point now, const proto::connected& event) {
  if (event.connection != try_) return;
  if (attached_ != try_) {
    if (const auto old = attached_) {
      detach(now);
      endpoint_.abort(*old, proto::close_code::none, {}, now);
    }
    attach(event.connection);
  }
  is_established_ = true;
  ++connections_;
  pauses_.reset();
  last_reason_.clear();
  end_search(now);
  user_.on_connected(now, attached_remote_);
}

void relay_link::on(proto::time_point, const proto::readable& event) {
  if (event.connection == attached_) has_unread_ = true;
}

void relay_link::on(proto::time_point now, const proto::silent& event) {
  if (event.connection != attached_ || !is_established_) return;
  user_.on_silent(now);
  begin_search();
}

void relay_link::on(proto::time_point now, const proto::heard& event) {
  if (event.connection != attached_ || !is_established_) return;
  end_search(now);
  user_.on_connected(now, attached_remote_);
}

void relay_link::on(proto::time_point, const proto::ping_answered& event) {
  user_.on_ping_answered(event.id, event.round_trip);
}

void relay_link::on(proto::time_point, const proto::ping_reached& event) { user_.on_ping_reached(event.id); }

void relay_link::on(proto::time_point now, const proto::closed& event) {
  last_reason_ = event.reason;
  if (event.connection == try_) return give_up_try(now, error_of(event));
  if (event.connection != attached_) return;
  take_messages(now);
  detach(now);
  if (search_ != search::none) return;
  // A relay that goes away, or that refuses us, is not asked again at once.
  if (event.how == proto::closed::cause::by_peer) {
    on_round_failed(now, error_of(event));
  } else {
    begin_search();
  }
}

void relay_link::take_messages(proto::time_point now) {
  while (has_unread_ && attached_ && user_.has_room_for_messages()) {
    auto message = endpoint_.receive(*attached_, now);
    if (!message) {
      has_unread_ = false;
    } else if (!user_.on_message(now, std::move(*message))) {
      const auto culprit = *attached_;
      last_reason_ = "the relay does not keep to the protocol";
      detach(now);
      endpoint_.abort(culprit, proto::close_code::protocol_error, {}, now);
      on_round_failed(now, make_error_code(proto::errc::closed));
    }
  }
}

void relay_link::on_turn(proto::time_point now) {
  take_messages(now);
  if (search_until_ && *search_until_ <= now) {
    if (search_ == search::pausing) {
      resolve_name();
    } else if (search_ == search::trying) {
      give_up_try(now, make_error_code(proto::errc::unreachable));
    }
  }
  user_.on_turn(now);
}

std::optional<proto::time_point> relay_link::next_deadline() {
  auto due = user_.next_deadline();
  if (search_until_ && (!due || *search_until_ < *due)) due = search_until_;
  return due;
}

void relay_link::on_unreachable(proto::time_point now, const unreachable_report& report) {
  if (is_closed_ || report.reason == std::errc::message_size) return;
  if (search_ == search::trying && try_ && report.remote == remote_) return give_up_try(now, report.reason);
  // Not believed about a connection that stands, but a reason to look for another.
  if (is_established_ && report.remote == attached_remote_) begin_search();
}

}  // namespace tern::udp
