// Looks for the way back from TCP to UDP while a TCP connection serves: connects over UDP
// every now and then, and where that works asks for three round trips in two seconds
// (protocol.md, 9). What then becomes of the two connections is its owner's business.
#pragma once

#include "proto/endpoint.hpp"
#include "udp/route/route_surroundings.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace tern::udp {

class udp_return {
 public:
  static constexpr std::chrono::seconds first_pause{5};
  static constexpr std::chrono::minutes pause_max{5};
  static constexpr int pauses_alike = 12;  // then each is twice as long
  static constexpr std::chrono::seconds connect_time_max{4};
  static constexpr int round_trips_wanted = 3;
  static constexpr std::chrono::seconds round_trips_time_max{2};

  enum class verdict : std::uint8_t { none, works, fails };

  // Both must outlive this.
  udp_return(proto::endpoint& endpoint, route_surroundings& around) : endpoint_(endpoint), around_(around) {}

  // Probes these addresses of the relay from now on, one after the other and then anew; the
  // first one after `pause`. Precondition: there is one.
  void begin(proto::time_point now, std::vector<proto::address> remotes, proto::duration pause = first_pause);
  // Stops; a connection that was being tried is given up.
  void end(proto::time_point now);

  // Which one was tried last.
  const proto::address& remote() const { return tried_; }
  // The connection that is being tried.
  bool is_trying(proto::connection_handle connection) const { return connection_ == connection; }
  // After `works`: the connection, which is no longer this object's.
  proto::connection_handle take();

  std::optional<proto::time_point> next_deadline() const { return due_; }
  verdict on_turn(proto::time_point now, const proto::connect_options& how);
  void on_connected(proto::time_point now);
  verdict on_ping_answered(proto::time_point now, proto::ping_id id);
  verdict on_failed(proto::time_point now);

 private:
  bool try_once(proto::time_point now, const proto::connect_options& how);
  bool ask(proto::time_point now);
  void pause(proto::time_point now);

  proto::endpoint& endpoint_;
  route_surroundings& around_;
  std::vector<proto::address> remotes_;
  std::size_t next_ = 0;
  proto::address tried_;
  std::optional<proto::connection_handle> connection_;
  std::optional<proto::ping_id> asked_;
  int round_trips_ = 0;
  int pauses_ = 0;
  proto::duration pause_{first_pause};  // from one try to the next, beginning to beginning
  proto::time_point tried_at_{};
  std::optional<proto::time_point> due_;  // the next try, or the end of the present one
};

}  // namespace tern::udp
