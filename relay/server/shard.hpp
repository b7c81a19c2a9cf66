// One thread's part of the relay: connections on the one side, the hub and the store's
// queue on the other. Carries between them and decides nothing; the hub does. Knows
// neither sockets nor threads: udp::driver and relay_process call it on its thread.
#pragma once

#include "proto/endpoint.hpp"
#include "relay/hub/hub.hpp"
#include "relay/server/event_log.hpp"
#include "relay/server/limit_watch.hpp"
#include "relay/server/text_gateway.hpp"
#include "relay/store/writer.hpp"
#include "udp/driver_counters.hpp"
#include "udp/driver_owner.hpp"

#include <functional>
#include <optional>
#include <set>
#include <vector>

namespace tern::relay {

// What the shard asks of the process around it.
struct shard_surroundings {
  // Puts a request for the store into its queue. False: it takes no more.
  std::function<bool(append_request)> append;
  std::function<bool(name_request)> name;
  std::function<bool(rules_request)> rules;
  std::function<bool(read_request)> read;
  // The calendar: what goes into the log.
  std::function<proto::wall_time()> wall;
  // What became of its sockets.
  std::function<udp::driver_counters()> sockets;
  // Whether one more person may come in by an invite. Where it is empty, anyone.
  std::function<bool(const proto::invite_id&, const proto::identity_key&)> lets_in{};
};

class shard final : public udp::driver_owner {
 public:
  // All of them outlive the shard.
  shard(proto::endpoint& endpoint, hub& hub, shard_surroundings around, event_log& log);
  virtual ~shard() = default;

  // Some of the hub's peers come by the text gateway. It outlives the shard.
  void attach(text_gateway& gateway) { text_ = &gateway; }

  void on_event(proto::time_point now, proto::endpoint_event event) override;
  void on_turn(proto::time_point now) override;
  std::optional<proto::time_point> next_deadline() override;
  void on_unreachable(proto::time_point now, const udp::unreachable_report& report) override;

  // From the store, in its order. The driver has to be woken afterwards.
  void on_results(const std::vector<store_result>& results, proto::time_point now);

  std::size_t half_open_count() const { return provisional_.size(); }
  // Of everything that it drives.
  relay_counters counters() const;

  // Takes nothing new, tells of what is being written, then closes every connection.
  void drain(proto::close_code code, std::string_view reason, proto::time_point now);
  // Nothing is left to be sent.
  bool is_drained(proto::time_point now) const;

 private:
  void on(proto::time_point now, const proto::accepted& event);
  void on(proto::time_point now, const proto::validated& event);
  void on(proto::time_point now, const proto::readable& event);
  void on(proto::time_point now, const proto::writable& event);
  void on(proto::time_point now, const proto::closed& event);
  // What only clients are told.
  template <class Event>
  void on(proto::time_point, const Event&) {}

  address_prefix origin_of(proto::connection_handle connection) const;
  bool is_let_in(const proto::accepted& event) const;
  void turn_away(const proto::accepted& event, proto::time_point now);
  void send_off(proto::connection_handle connection, proto::time_point now);
  void take_early(proto::connection_handle from, proto::time_point now);
  void take_messages(proto::connection_handle from, proto::time_point now);

  void act(proto::time_point now);
  void carry_out(proto::time_point now, deliver& wish);
  void carry_out(proto::time_point now, commit& wish);
  void carry_out(proto::time_point now, commit_name& wish);
  void carry_out(proto::time_point now, commit_rules& wish);
  void carry_out(proto::time_point now, read& wish);
  void carry_out(proto::time_point now, const early_verdict& wish);
  void carry_out(proto::time_point now, const resume& wish);
  void carry_out(proto::time_point now, const disconnect& wish);
  void close_all(proto::time_point now);

  struct draining {
    proto::close_code code = proto::close_code::none;
    std::string reason;
    proto::time_point patience_ends{};  // of waiting for the store, then of waiting for clients
    bool is_closing = false;
  };

  proto::endpoint& endpoint_;
  hub& hub_;
  shard_surroundings around_;
  event_log& log_;
  limit_watch limits_;
  shard_counters counters_;
  text_gateway* text_ = nullptr;
  std::set<proto::connection_handle> connections_;
  std::set<proto::connection_handle> provisional_;  // of them, those not validated yet
  std::set<proto::connection_handle> turned_away_;  // of them, those the hub does not know
  std::optional<draining> draining_;
};

}  // namespace tern::relay
