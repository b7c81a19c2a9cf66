// What stands behind a listener handle: an endpoint that takes SAY for any destination,
// hands the messages to the application and tells the sender COMMITTED when the
// application has confirmed them. There is no log: nothing can be joined or read back.
#pragma once

#include "proto/chat/ops.hpp"
#include "proto/endpoint.hpp"
#include "udp/driver.hpp"
#include "udp/listener/commit_memory.hpp"
#include "udp/listener/listener_types.hpp"
#include "udp/operation.hpp"
#include "udp/stream/port_pair.hpp"
#include "udp/system_entropy.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace tern::udp {

class listener_core final : public driver_owner {
 public:
  using message_slot = std::shared_ptr<result_slot<listened_message>>;

  listener_core(net::any_io_executor executor, listener_options options);
  void add_port(port_pair port) {
    driver_.add_socket(std::move(port.datagrams));
    driver_.add_stream_listener(std::move(port.streams));
  }

  const net::any_io_executor& executor() const { return executor_; }
  const proto::public_key& key() const { return options_.key->public_part(); }
  driver_counters counters() const { return driver_.counters(); }
  const proto::endpoint_counters& endpoint_counters() const { return endpoint_.counters(); }

  message_slot receive();
  void confirm(std::uint64_t ticket);
  void close();

  void on_event(proto::time_point now, proto::endpoint_event event) override;
  void on_turn(proto::time_point now) override;
  std::optional<proto::time_point> next_deadline() override { return std::nullopt; }
  void on_unreachable(proto::time_point, const unreachable_report&) override {}

 private:
  using handle = proto::connection_handle;

  // One lane of a connection, bound to a destination by BIND.
  struct bound_lane {
    proto::chat::destination to;
    proto::chat::outbox_id outbox{};
  };
  struct peer {
    proto::identity_key key;
    bool is_dropping = false;  // early data, which was declined
    bool has_unread = false;
    std::map<proto::lane_id, bound_lane> lanes;
  };
  // Handed to the application, not yet confirmed.
  struct ticket_state {
    commit_memory::source from;
    std::uint64_t counter = 0;
  };

  void on(proto::time_point now, const proto::accepted& event);
  void on(proto::time_point now, const proto::validated& event);
  void on(proto::time_point now, const proto::readable& event);
  void on(proto::time_point now, const proto::closed& event);
  template <class Other>
  void on(proto::time_point, const Other&) {}

  bool has_room() const { return tickets_.size() < options_.waiting_max; }
  void take_messages(proto::time_point now, handle connection, peer& from);
  bool take(proto::time_point now, handle connection, peer& from, const proto::received_message& message);

  // One for each operation of a client; false: the client breaks the protocol.
  struct operation_handler;
  void reply(proto::time_point now, handle connection, proto::lane_id lane, const proto::chat::relay_op& op);
  void hand_over(listened_message message, const ticket_state& state);

  net::any_io_executor executor_;
  listener_options options_;
  system_entropy source_;
  proto::endpoint endpoint_;
  driver driver_;
  proto::chat::log_id log_;
  proto::log_position head_;
  std::map<handle, peer> peers_;
  commit_memory memory_;
  std::uint64_t last_ticket_ = 0;
  std::map<std::uint64_t, ticket_state> tickets_;
  std::deque<listened_message> waiting_;
  std::deque<message_slot> receivers_;
  bool is_closed_ = false;
};

}  // namespace tern::udp
