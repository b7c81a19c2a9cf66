// One log while the relay runs: a room, or a person's inbox. Holds who reads it and
// who is present; what is in it only the store knows.
#pragma once

#include "relay/hub/limits.hpp"
#include "relay/hub/peer_id.hpp"
#include "relay/hub/presence.hpp"
#include "relay/hub/rate_limit.hpp"
#include "relay/hub/relayed_memory.hpp"
#include "relay/hub/rulebook.hpp"
#include "relay/hub/waiting_lanes.hpp"
#include "relay/store/types.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace tern::relay {

class room {
 public:
  room(log_state state, bool stored, const hub_limits& limits)
      : state_(std::move(state)),
        began_at_(state_.head),
        stored_(stored),
        rate_(limits.room_messages_rate, limits.room_messages_burst) {}

  const log_state& state() const { return state_; }
  log_number number() const { return state_.number; }
  bool is_inbox() const { return state_.key.kind == log_kind::inbox; }
  log_position head() const { return state_.head; }
  log_position first() const { return state_.first; }
  // The head when this relay started. Whoever read the log before has seen nothing above it.
  log_position began_at() const { return began_at_; }

  // What an append has to carry until the log is known to be stored.
  std::optional<new_log> creation() const {
    return stored_ ? std::nullopt : std::optional{new_log{state_.key, state_.id, rules_.owner()}};
  }
  bool is_stored() const { return stored_; }
  void on_stored() { stored_ = true; }
  // A commit: the log is one longer. Precondition: it is stored, position == head + 1.
  void on_commit(log_position position, const chain_tag& chain) {
    state_.head = position;
    state_.head_chain = chain;
  }
  void on_pruned(log_position first) { state_.first = first; }

  // Messages on their way to the store.
  void on_append() { ++appends_; }
  void on_append_decided() { --appends_; }
  // Nothing was ever said in it.
  bool is_untouched() const { return state_.head.value == 0 && appends_ == 0; }

  // Passes on what is said, and keeps nothing (relay.md, section 1).
  bool is_live() const { return rules_.is_live(); }
  // A live room's positions count anew with each run of the relay, under another id.
  void begin_run(const log_id& id) {
    state_.id = id;
    state_.head = {};
    state_.first = log_position{1};
    state_.head_chain = {};
  }
  log_position on_relayed() { return state_.head = state_.head.next(); }
  relayed_memory& relayed() {
    if (!relayed_) relayed_ = std::make_unique<relayed_memory>();
    return *relayed_;
  }

  rulebook& rules() { return rules_; }
  const rulebook& rules() const { return rules_; }
  // A change of the rules is on its way to the store; one that makes it a live room.
  bool is_changing() const { return changing_; }
  bool is_becoming_live() const { return changing_ && becoming_live_; }
  void set_changing(bool changing, bool becoming_live = false) {
    changing_ = changing;
    becoming_live_ = becoming_live;
  }

  rate_limit& rate() { return rate_; }
  presence& people() { return people_; }
  const presence& people() const { return people_; }

  const std::vector<lane_of_peer>& readers() const { return readers_; }
  void add_reader(const lane_of_peer& reader) { readers_.push_back(reader); }
  void remove_reader(const lane_of_peer& reader) { std::erase(readers_, reader); }

  waiting_lanes& waiting() { return waiting_; }

  // Lanes that are bound to it. One that nobody is bound to and that holds nothing can go.
  void bind() { ++bound_; }
  void unbind() { --bound_; }
  bool is_forgettable() const { return bound_ == 0 && !stored_; }

 private:
  log_state state_;
  log_position began_at_;
  bool stored_;
  bool changing_ = false;
  bool becoming_live_ = false;
  rulebook rules_;
  rate_limit rate_;
  presence people_;
  std::vector<lane_of_peer> readers_;
  waiting_lanes waiting_;
  std::uint64_t bound_ = 0;
  std::uint64_t appends_ = 0;
  std::unique_ptr<relayed_memory> relayed_;  // of live rooms, which are few
};

}  // namespace tern::relay
