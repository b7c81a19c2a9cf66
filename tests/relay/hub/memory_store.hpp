// The smallest store that keeps the promises of relay/store/types.hpp: maps in memory.
// Carries requests out in the order in which they were handed over, when told to.
#pragma once

#include "relay/store/types.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <variant>
#include <vector>

namespace tern::relay::testing {

class memory_store {
 public:
  using request = std::variant<append_request, name_request, rules_request, read_request>;
  using answer = std::variant<append_result, name_result, rules_result, read_result>;

  void hand_over(request wish) { queue_.push_back(std::move(wish)); }
  // The process that asked is gone.
  void forget_requests() {
    queue_.clear();
    failures_ = 0;
  }
  bool has_work() const { return !queue_.empty(); }
  std::size_t waiting() const { return queue_.size(); }
  // Carries out the oldest request.
  answer step();

  // From now on appends fail with this; nothing stops them again.
  void fail_appends(std::optional<append_status> status) { failing_ = status; }
  void fail_reads(bool failing) { reads_fail_ = failing; }
  void fail_names(bool failing) { names_fail_ = failing; }
  void fail_rules(bool failing) { rules_fail_ = failing; }

  // Retention: rows before `first` are gone.
  void prune(log_number log, log_position first);
  void let_go(log_number log, log_position position);
  // As if a backup of the first `positions` rows had been restored.
  void truncate(log_number log, std::uint64_t positions);
  store_snapshot snapshot() const;
  std::uint64_t reads() const { return reads_; }
  const std::vector<row>& rows(log_number log) { return logs_[log].rows; }
  std::size_t log_count() const { return logs_.size(); }

 private:
  struct stored_log {
    log_key key;
    log_id id{};
    std::vector<row> rows;  // what is stored
    log_position head{};
    chain_tag head_chain{};
  };
  using idempotency_key = std::tuple<client_key, outbox_id, std::uint64_t>;
  struct decision {
    log_number log;
    proto::bytes body;
    append_result made;
  };

  append_result carry_out(const append_request& wish);
  name_result carry_out(const name_request& wish);
  rules_result carry_out(const rules_request& wish);
  void make(log_number number, const new_log& wanted);
  void put(log_number log, const right_record& changed);
  read_result carry_out(const read_request& wish);

  std::deque<request> queue_;
  std::map<log_number, stored_log> logs_;
  std::map<client_key, name_record> names_;
  std::map<idempotency_key, decision> decided_;
  std::optional<append_status> failing_;
  std::uint64_t failures_ = 0;
  std::uint64_t reads_ = 0;
  bool reads_fail_ = false;
  bool names_fail_ = false;
  bool rules_fail_ = false;
  std::map<log_number, room_rules> rules_;
};

}  // namespace tern::relay::testing
