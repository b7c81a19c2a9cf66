// The text gateway between its sockets and the hub: a session for each visitor, and the one-shots. Carries between
// them and decides nothing but who may come in and how fast. Knows no sockets; text_port and the shard call it, on
// their one thread.
#pragma once

#include "proto/address.hpp"
#include "relay/hub/hub.hpp"
#include "relay/server/event_log.hpp"
#include "relay/server/text_visitors.hpp"
#include "relay/text/one_shots.hpp"
#include "relay/text/session.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <tl/expected.hpp>
#include <utility>

namespace tern::relay {

class text_gateway {
 public:
  // What it asks of the process around it.
  struct surroundings {
    // The hub was told something: it has to be asked what it wants done.
    std::function<void()> wake;
    // The calendar: what goes into the log.
    std::function<proto::wall_time()> wall;
  };
  // Output, or space for input, or the end: whatever was waited for may be there.
  using change_function = std::function<void()>;
  using answer_function = std::function<void(std::string)>;

  // All references outlive it.
  text_gateway(hub& hub, const text_limits& limits, proto::entropy& entropy, event_log& log, surroundings around);

  // Before anybody comes: the name that one-shots are said under is theirs.
  void start(proto::time_point now);

  // Its peers of the hub; no connection handle is ever that large.
  static bool is_text(peer_id peer) { return peer.value >= first_peer; }

  // A visitor has connected; until leave(). The error is a line to tell them before they are closed.
  tl::expected<peer_id, std::string> enter(const proto::address& from, change_function on_change,
                                           proto::time_point now);
  void on_bytes(peer_id visitor, proto::byte_view input, proto::time_point now);
  void on_end(peer_id visitor, proto::time_point now);
  // The connection is gone, or everything was written. Does nothing for those who left.
  void leave(peer_id visitor, proto::time_point now);
  bool takes_input(peer_id visitor) const;
  std::string take_output(peer_id visitor, proto::time_point now);
  // Close it, once everything is written.
  bool is_done(peer_id visitor) const;

  // `answer` is called once, unless the relay ends first.
  void on_datagram(proto::byte_view datagram, answer_function answer, proto::time_point now);

  // From the hub. False: no space, hub::on_blocked().
  bool deliver(const tern::relay::deliver& message, proto::time_point now);
  void resume(peer_id peer, proto::time_point now);
  void dismiss(peer_id peer, std::string_view reason);

  void on_timeout(proto::time_point now);
  std::optional<proto::time_point> next_deadline() const;

  // Nothing new is taken from here on.
  void drain() { is_draining_ = true; }
  void dismiss_all(std::string_view reason);
  std::size_t visitor_count() const { return visits_.size(); }
  text_visitors& visitors() { return visitors_; }
  const text_counters& counters() const { return counters_; }

 private:
  static constexpr std::uint64_t first_peer = std::uint64_t{1} << 63U;
  static constexpr peer_id one_shot_peer{first_peer};

  struct visit {
    proto::address from;
    text_session session;
    change_function on_change;
    bool is_blocked = false;                        // the hub holds something back
    std::optional<proto::time_point> resumes_at{};  // the rate of its address
    std::optional<proto::time_point> due{};         // as in deadlines_
  };

  visit* find(peer_id visitor);
  const visit* find(peer_id visitor) const;
  void pump(peer_id visitor, visit& at, proto::time_point now);
  void after_change(peer_id visitor, visit& at, proto::time_point now);
  void schedule(peer_id visitor, visit& at);
  void pump_one_shots(proto::time_point now);
  void hand_over(peer_id from, proto::chat::session_send wish, proto::time_point now);

  hub& hub_;
  proto::entropy& entropy_;
  event_log& log_;
  surroundings around_;
  text_counters counters_;
  text_visitors visitors_;
  std::map<peer_id, visit> visits_;
  std::set<std::pair<proto::time_point, peer_id>> deadlines_;
  std::optional<one_shots> one_shots_;
  std::map<one_shot_id, answer_function> unanswered_;
  peer_id last_peer_ = one_shot_peer;
  bool is_draining_ = false;
};

}  // namespace tern::relay
