// SAY: from a client's message to its commit, and from the commit to the receipt and
// to everyone who reads the log. Nothing is shown to anyone before it is durable.
#pragma once

#include "relay/hub/core.hpp"

#include <unordered_map>

namespace tern::relay {

class delivering;
class reading;

class saying {
 public:
  saying(core& core, reading& readers, delivering& receipts) : core_(core), readers_(readers), receipts_(receipts) {}

  // `bound`: the binding of `lane`.
  void on_say(peer& from, proto::lane_id lane, binding& bound, chat::say op, proto::time_point now,
              proto::wall_time wall);
  void on_result(const append_result& result, proto::time_point now);
  std::size_t pending_count() const { return pending_.size(); }

 private:
  struct pending {
    peer_id from;
    proto::lane_id lane;
    log_number log;
    bool charge_later = false;
    chat::entry entry;  // position, time and chain are still open
    std::uint64_t counter = 0;
  };
  using refusal = denial;

  // Why not, or nothing.
  std::optional<refusal> judge(const peer& from, binding& bound, const chat::say& op, room& log, proto::time_point now,
                               proto::wall_time wall);
  std::optional<refusal> judge_rates(const peer& sender, room& log, std::size_t size, proto::time_point now);
  std::optional<refusal> judge_guest(const peer& from, const room& log, std::size_t size, proto::time_point now);
  std::optional<refusal> judge_result(append_status status, const room& log);
  // The store will refuse what is on its way: nothing may be sent after it.
  bool is_doomed(const binding& bound) const { return bound.pending > 0 && bound.failures_seen < storage_failures_; }
  void refuse(peer& to, proto::lane_id lane, std::uint64_t counter, const refusal& why);
  void submit(peer& from, proto::lane_id lane, binding& bound, room& log, chat::say op, proto::wall_time wall);
  // In a live room: to those who read it, and to nowhere else.
  void pass_on(peer& from, proto::lane_id lane, binding& bound, room& log, chat::say op, proto::wall_time wall);
  void charge(const peer& from, room& log, std::size_t size, proto::time_point now);

  core& core_;
  reading& readers_;
  delivering& receipts_;
  std::unordered_map<request_tag, pending> pending_;
  std::uint64_t pending_bytes_ = 0;
  std::uint64_t storage_failures_ = 0;
};

}  // namespace tern::relay
