// The way to a relay on real sockets: relay_route, an endpoint, the driver and the resolver.
// Decides nothing; the route does.
#pragma once

#include "proto/endpoint.hpp"
#include "udp/client/client_options.hpp"
#include "udp/client/failed_networks.hpp"
#include "udp/client/kept_tokens.hpp"
#include "udp/client/link_user.hpp"
#include "udp/driver.hpp"
#include "udp/resolve.hpp"
#include "udp/route/relay_route.hpp"
#include "udp/system_entropy.hpp"

#include <memory>
#include <optional>

namespace tern::udp {

class relay_link final : public driver_owner, private route_surroundings {
 public:
  // `options`, `user` and `source` must outlive the link.
  relay_link(const net::any_io_executor& executor, const tern_address& relay, const client_options& options,
             proto::entropy& source, link_user& user);

  // Begins; nothing is told before the next turn.
  void start() { route_.start(); }
  // Have a turn soon.
  void wake() { driver_.wake(); }
  // See relay_route.
  const relay_route& route() const { return route_; }
  relay_route& route() { return route_; }

  driver_counters counters() const { return driver_.counters(); }
  std::uint64_t packets_sent() const { return counters().datagrams_sent; }

  void on_event(proto::time_point now, proto::endpoint_event event) override { route_.on_event(now, event); }
  void on_turn(proto::time_point now) override;
  std::optional<proto::time_point> next_deadline() override;
  void on_unreachable(proto::time_point now, const unreachable_report& report) override;

 private:
  void resolve() override;
  result<std::uint32_t> datagram_socket() override;
  void open_stream(proto::connection_handle connection, const proto::address& to) override;
  bool has_udp_failed(const proto::address& remote) override;
  void on_udp_verdict(const proto::address& remote, bool works) override;
  proto::bytes token_for(const proto::address& remote) override;
  void on_token(const proto::address& remote, const proto::bytes& token) override;

  net::any_io_executor executor_;
  tern_address relay_;
  const client_options& options_;
  link_user& user_;
  proto::endpoint endpoint_;
  driver driver_;
  std::optional<std::uint32_t> socket_;
  relay_route route_;
  failed_networks failed_;
  kept_tokens tokens_;
  std::shared_ptr<bool> is_alive_ = std::make_shared<bool>(true);  // for the resolver's answer
};

}  // namespace tern::udp
