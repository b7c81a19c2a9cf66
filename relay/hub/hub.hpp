// The relay's mind: rooms, names, presence and history as one state machine. Pure:
// time comes in as an argument, ids from the entropy it is given, and what is to be
// done comes out of poll_action(). Knows neither transports nor databases.
//
// Who drives it calls one on_* for each thing that happens, then drains poll_action()
// until it is empty, then waits until next_deadline() at most. `now` never goes
// backwards; `wall` is the time that goes into the log.
#pragma once

#include "relay/hub/addressing.hpp"
#include "relay/hub/attendance.hpp"
#include "relay/hub/core.hpp"
#include "relay/hub/delivering.hpp"
#include "relay/hub/early.hpp"
#include "relay/hub/naming.hpp"
#include "relay/hub/reading.hpp"
#include "relay/hub/ruling.hpp"
#include "relay/hub/saying.hpp"

#include <optional>
#include <span>

namespace tern::relay {

class hub {
 public:
  // `entropy` outlives the hub.
  hub(const store_snapshot& snapshot, const hub_limits& limits, proto::entropy& entropy);

  // A client has proved its key. A provisional one is half-open: it has no presence,
  // no name and no rooms until on_validated().
  // `from`: where it comes from, which is believed of one that is not provisional.
  void on_connected(peer_id id, const client_key& key, bool provisional, const address_prefix& from,
                    proto::time_point now);
  // Somebody at the text gateway, who has proved nothing. The key is drawn for the connection,
  // and is what others know them by.
  // `from`: nothing where that can be forged.
  client_key on_text_connected(peer_id id, const std::optional<address_prefix>& from, proto::time_point now);
  // All that a provisional connection brought along, in order; answered by early_verdict.
  void on_early(peer_id id, std::span<const early_message> messages, proto::time_point now, proto::wall_time wall);
  void on_validated(peer_id id, const address_prefix& from, proto::time_point now);
  void on_message(peer_id id, proto::lane_id lane, proto::byte_view message, proto::time_point now,
                  proto::wall_time wall);
  // It is gone, for whatever reason. Nothing more is wanted of it.
  void on_disconnected(peer_id id, proto::time_point now);

  // Whether to hand in further messages of this connection. After false, a resume
  // action says when. What is not taken holds the client back by flow control.
  bool takes_input(peer_id id);
  // The connection could not take this; it is offered again after on_writable().
  void on_blocked(deliver unsent);
  void on_writable(peer_id id);

  void on_committed(const append_result& result, proto::time_point now);
  void on_named(const name_result& result, proto::time_point now);
  void on_rules(const rules_result& result, proto::time_point now);
  void on_rows(const read_result& result);

  void on_timeout(proto::time_point now) { attendance_.on_timeout(now); }
  std::optional<proto::time_point> next_deadline() const { return attendance_.deadline(); }
  std::optional<action> poll_action();

  const hub_limits& limits() const { return core_.limits; }
  // From now on. What is above a new maximum stays; rates that change begin anew.
  void change_limits(const hub_limits& limits);
  const hub_counters& counters() const { return core_.counters; }
  // Messages on their way to the store: nobody was told of their fate.
  std::size_t pending_count() const { return saying_.pending_count(); }
  std::size_t peer_count() const { return core_.peers.size(); }
  // Held for readers that are behind, in all rooms.
  std::uint64_t tail_bytes() const { return reading_.tail_bytes(); }
  std::size_t room_count() const { return core_.rooms.rooms().size(); }

 private:
  void apply(peer_id id, proto::lane_id lane, proto::byte_view message, proto::time_point now, proto::wall_time wall);
  // What keeps early data that is in order from being taken.
  bool must_wait(const peer& from, std::span<const early_message> messages, proto::time_point now);

  // False for what has no place on the lane.
  bool on_control(peer& from, const chat::client_op& op, proto::time_point now, proto::wall_time wall);
  bool on_destination(peer& from, proto::lane_id lane, chat::client_op op, proto::time_point now,
                      proto::wall_time wall);
  void on_join(peer& from, proto::lane_id lane, binding& bound, const chat::join& op, proto::time_point now,
               proto::wall_time wall);
  void on_leave(peer& from, proto::lane_id lane, binding& bound, proto::time_point now);
  void locate(peer& who, const address_prefix& from, proto::time_point now);
  void evict_surplus(const peer& newcomer, proto::time_point now);
  void expel(peer& who, proto::close_code code, std::string_view reason, proto::time_point now);

  proto::entropy& entropy_;
  core core_;
  addressing addressing_;
  reading reading_;
  delivering delivering_;
  saying saying_;
  attendance attendance_;
  naming naming_;
  ruling ruling_;
};

}  // namespace tern::relay
