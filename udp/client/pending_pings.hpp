// The pings of a client that wait for their answer or their end.
#pragma once

#include "proto/numbers.hpp"
#include "proto/time.hpp"
#include "udp/client/client_types.hpp"
#include "udp/result_slot.hpp"

#include <map>
#include <memory>
#include <optional>
#include <system_error>

namespace tern::udp {

class pending_pings {
 public:
  using slot = std::shared_ptr<result_slot<ping_reply>>;

  void add(proto::ping_id id, slot waits, proto::time_point until) {
    waiting_.emplace(id, entry{std::move(waits), until});
  }
  void on_answered(proto::ping_id id, proto::duration round_trip);
  // The relay has it, or it was lost on its way there. The last word counts.
  void on_passage(proto::ping_id id, bool has_reached);
  void on_timeout(proto::time_point now);
  std::optional<proto::time_point> next_deadline() const;
  void finish(std::error_code error);

 private:
  struct entry {
    slot waits;
    proto::time_point until;
    std::optional<bool> has_reached{};
  };
  using iterator = std::map<proto::ping_id, entry>::iterator;
  iterator end(iterator which, std::error_code error);

  std::map<proto::ping_id, entry> waiting_;
};

}  // namespace tern::udp
