// CHANGE: what a room is and what people may do there. One change of a room at a time: it
// holds from when it is taken on, is told when it is durable, and taken back if it cannot
// be. Whoever may not read any more stops reading.
#pragma once

#include "relay/hub/core.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tern::relay {

class attendance;
class reading;

class ruling {
 public:
  ruling(core& core, reading& readers, attendance& people) : core_(core), readers_(readers), people_(people) {}

  void on_change(peer& from, proto::lane_id lane, binding& bound, chat::change op, proto::time_point now,
                 proto::wall_time wall);
  void on_result(const rules_result& result, proto::time_point now);

 private:
  struct pending {
    lane_of_peer from;
    log_number log;
    chat::changed told;
    proto::wall_time asked_at{};
    // To be taken back on a failure.
    room_kind kind = room_kind::open;
    std::string topic{};
    std::vector<right_record> rights{};
    // Holds from when it is durable: until then nothing is said there.
    bool makes_live = false;
  };

  std::optional<client_key> find_person(const room& in, const chat::change& op) const;
  std::optional<denial> judge(const peer& from, room& log, const chat::change& op, const client_key* whom,
                              proto::time_point now, proto::wall_time wall);
  std::optional<denial> judge_role(const room& log, const client_key& whom, room_role role) const;
  // What it changes in the rulebook; empty where that stays.
  static std::vector<right_record> rights_after(const room& log, const chat::change& op, const client_key& whom,
                                                proto::wall_time wall);
  void apply(room& log, room_kind kind, const std::string& topic, const std::vector<right_record>& rights);
  void tell(room& log, const pending& done);
  void enforce(room& log, const pending& done, proto::time_point now);
  void expel_reader(const lane_of_peer& reader, const denial& why, proto::time_point now);
  void fail(peer& to, proto::lane_id lane, std::uint64_t request, const denial& why);

  core& core_;
  reading& readers_;
  attendance& people_;
  std::unordered_map<request_tag, pending> pending_;
};

}  // namespace tern::relay
