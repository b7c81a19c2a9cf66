#include "udp/client/relay_link.hpp"

#include "udp/clock.hpp"
#include "udp/network.hpp"

#include <utility>

namespace tern::udp {

namespace {

address_family family_of(const client_options& options) {
  if (options.v4_only) return address_family::v4_only;
  return options.v6_only ? address_family::v6_only : address_family::any;
}

// Where a token is good: on that network, towards that address.
std::optional<std::string> place_of(const proto::address& remote) {
  auto network = network_towards(remote);
  if (!network) return std::nullopt;
  return *network + ' ' + remote.to_string();
}

}  // namespace

relay_link::relay_link(const net::any_io_executor& executor, const tern_address& relay, const client_options& options,
                       proto::entropy& source, link_user& user)
    : executor_(executor),
      relay_(relay),
      options_(options),
      user_(user),
      endpoint_(proto::endpoint_config{}, source, clock::now()),
      driver_(executor, endpoint_, *this),
      route_(relay, options, options.self, source.draw_u64(), endpoint_, *this, user) {}

void relay_link::resolve() {
  resolve_query query{relay_.host, relay_.service, transport::udp, family_of(options_), false};
  const auto answer = [this, alive = std::weak_ptr<bool>(is_alive_)](const std::exception_ptr&,
                                                                     result<std::vector<proto::address>> found) {
    if (alive.expired()) return;
    route_.on_resolved(clock::now(), std::move(found));
    driver_.wake();
  };
  asio::co_spawn(executor_, udp::resolve(std::move(query)), answer);
}

result<std::uint32_t> relay_link::datagram_socket() {
  if (socket_) return *socket_;
  auto socket = options_.v4_only ? udp_socket::open(any_v4(0)) : udp_socket::open_any(0);
  if (!socket) return tl::unexpected{socket.error()};
  return *(socket_ = driver_.add_socket(std::move(*socket)));
}

void relay_link::open_stream(proto::connection_handle connection, const proto::address& to) {
  driver_.open_stream(connection, to);
}

bool relay_link::has_udp_failed(const proto::address& remote) {
  const auto network = network_towards(remote);
  if (!network) return false;
  return options_.networks ? options_.networks->has_udp_failed(*network) : failed_.contains(*network, clock::wall());
}

void relay_link::on_udp_verdict(const proto::address& remote, bool works) {
  const auto network = network_towards(remote);
  if (!network) return;
  failed_.note(*network, works, clock::wall());
  if (options_.networks) options_.networks->note(*network, works);
}

proto::bytes relay_link::token_for(const proto::address& remote) {
  const auto place = place_of(remote);
  if (!place) return {};
  return options_.tokens ? options_.tokens->token_for(*place) : tokens_.token_for(*place, clock::wall());
}

void relay_link::on_token(const proto::address& remote, const proto::bytes& token) {
  const auto place = place_of(remote);
  if (!place) return;
  tokens_.keep(*place, token, clock::wall());
  if (options_.tokens) options_.tokens->keep(*place, token);
}

void relay_link::on_turn(proto::time_point now) {
  route_.on_turn(now);
  user_.on_turn(now);
}

std::optional<proto::time_point> relay_link::next_deadline() {
  auto due = user_.next_deadline();
  if (const auto own = route_.next_deadline(); own && (!due || *own < *due)) due = own;
  return due;
}

void relay_link::on_unreachable(proto::time_point now, const unreachable_report& report) {
  route_.on_unreachable(now, report);
}

}  // namespace tern::udp
