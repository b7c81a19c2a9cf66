// BIND: which log a lane stands for.
#pragma once

#include "relay/hub/core.hpp"

namespace tern::relay {

class addressing {
 public:
  explicit addressing(core& core) : core_(core) {}

  void on_bind(peer& from, proto::lane_id lane, const chat::bind& op, proto::time_point now, proto::wall_time wall);
  // The log that a BIND would stand for; null where there is none yet.
  const room* find(const peer& from, const chat::bind& op);

 private:
  tl::expected<log_key, chat::refusal> resolve(const peer& from, const chat::bind& op) const;
  tl::expected<room*, denial> open(const peer& from, proto::lane_id lane, const chat::bind& op);
  // `known`: null where it would be made.
  bool may_hold_open(const peer& from, const room* known);
  void bind(peer& from, proto::lane_id lane, room& target, const chat::bind& op);
  void refuse(peer& to, proto::lane_id lane, const denial& why);
  std::string display_name(const room& log) const;

  core& core_;
};

}  // namespace tern::relay
