// A relay for tests of clients: the real endpoint on a real socket, and as much of a hub
// as a client can notice, with a log in memory that outlives it.
#pragma once

#include "proto/chat/destination.hpp"
#include "proto/endpoint.hpp"
#include "udp/driver.hpp"
#include "udp/system_entropy.hpp"

#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

namespace tern::test {

// What a relay keeps on its disk.
struct tiny_log {
  using idempotency_key = std::tuple<proto::identity_key, proto::chat::outbox_id, std::uint64_t>;

  explicit tiny_log(proto::entropy& source) : key(proto::x25519_keypair::draw(source)), id(source.draw<16>()) {}

  proto::x25519_keypair key;
  std::shared_ptr<const proto::x25519_keypair> next_key;  // that it announces
  proto::chat::log_id id{};
  std::map<proto::chat::destination, std::vector<proto::chat::entry>> rooms;
  std::map<idempotency_key, proto::log_position> decided;
};

class tiny_relay final : public udp::driver_owner {
 public:
  tiny_relay(const net::any_io_executor& executor, tiny_log& log, const proto::address& at);

  const proto::address& address() const { return address_; }
  const proto::endpoint_counters& counters() const { return endpoint_.counters(); }

  // Without it, what comes in an INITIAL has to be sent again.
  bool takes_early = true;
  // The next so many messages are stored, but their commit is not told.
  int commits_kept_back = 0;
  // Set: nothing is stored, and that is what everyone is told.
  std::optional<proto::chat::refusal> refuses_all;

  void on_event(proto::time_point now, proto::endpoint_event event) override;
  void on_turn(proto::time_point) override {}
  std::optional<proto::time_point> next_deadline() override { return std::nullopt; }
  void on_unreachable(proto::time_point, const udp::unreachable_report&) override {}

 private:
  struct lane_state {
    proto::chat::destination to;
    proto::chat::outbox_id outbox{};
    bool is_joined = false;
  };
  struct peer {
    proto::identity_key key;
    std::string name;
    bool is_dropping = false;
    std::map<proto::lane_id, lane_state> lanes;
  };
  struct handler;

  void take(proto::time_point now, proto::connection_handle connection);
  void say(proto::connection_handle connection, proto::lane_id lane, const proto::chat::say& op);
  void send(proto::connection_handle connection, proto::lane_id lane, const proto::chat::relay_op& op);

  tiny_log& log_;
  udp::system_entropy source_;
  proto::endpoint endpoint_;
  udp::driver driver_;
  proto::address address_;
  std::map<proto::connection_handle, peer> peers_;
};

}  // namespace tern::test
