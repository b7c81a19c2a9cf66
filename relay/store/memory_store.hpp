// A store that forgets everything with its process: for `--durability memory` and for
// simulations, where it is the disk that outlives a relay and can be made to fail.
#pragma once

#include "relay/store/failure_gate.hpp"
#include "relay/store/old_stretch.hpp"
#include "relay/store/outbox_window.hpp"
#include "relay/store/retention.hpp"
#include "relay/store/row_chain.hpp"
#include "relay/store/store.hpp"

#include <deque>
#include <map>
#include <utility>

namespace tern::relay {

class memory_store final : public store {
 public:
  explicit memory_store(const retention& keep = {}) : keep_{keep} {}

  tl::expected<store_snapshot, store_fault> snapshot() override;
  std::vector<append_result> commit(std::span<const append_request> requests) override;
  append_status probe() override;
  name_result claim_name(const name_request& request) override;
  rules_result change_rules(const rules_request& request) override;
  read_result read(const read_request& request) override;
  verify_report verify() override;
  tl::expected<std::unique_ptr<copying>, std::string> copy_to(const std::string& path) override;
  void maintain(proto::wall_time now) override;
  const std::optional<store_fault>& fault() const override { return fault_; }

  // For simulations: from now on there is no space, or there is again.
  void set_disk_full(bool full) { disk_full_ = full; }
  // The next commit fails as if fsync had; nothing of it is kept.
  void break_down() { breaks_down_ = true; }
  // What a new process finds after the old one ended on a fault.
  void restart();

 private:
  struct stored_row {
    row content;
    chain_hash chain;
  };
  // What one sender has in an inbox, without what was let go.
  struct pair {
    std::deque<log_position> rows;
    std::uint64_t bytes = 0;
  };
  struct log {
    row& at(log_position position) { return rows[position.since(state.first)].content; }
    const row& at(log_position position) const { return rows[position.since(state.first)].content; }

    log_state state;
    chain_hash base{};
    chain_hash head_chain{};
    std::uint64_t bytes = 0;
    std::deque<stored_row> rows;
    std::map<client_key, pair> pairs;  // of an inbox
    old_stretch old;
  };
  struct decision {
    content_hash hash;
    log_number log;
    log_position position;
    proto::wall_time commit_time;
    chain_tag chain;
  };
  struct outbox {
    std::uint64_t floor = 0;
    proto::wall_time last_use{};
    std::map<std::uint64_t, decision> decisions;
  };
  using outbox_key = std::pair<client_key, outbox_id>;

  append_result apply(const append_request& request);
  // The answer, where it is known without storing anything.
  std::optional<append_result> decided(const append_request& request) const;
  append_result append(const append_request& request);
  log* open_log(log_number number, const std::optional<new_log>& create);
  void put(log_number log, const right_record& changed);
  // Whether there is room, or may be made of what is old. Changes nothing that is kept.
  bool can_take(log& into, const append_request& request) const;
  bool can_take_of_pair(const log& into, const append_request& request) const;
  // Precondition: can_take().
  void make_room(log& into, const append_request& request) const;
  void make_pair_room(log& into, const append_request& request) const;
  static void drop_oldest(log& from);
  static void let_go(log& from, pair& of, std::deque<log_position>::iterator which);
  static append_result result_of(const append_request& request, append_status status);

  retention keep_;
  std::map<log_number, log> logs_;
  std::map<outbox_key, outbox> outboxes_;
  std::map<std::string, name_record> names_;
  std::map<log_number, rules_record> rules_;
  failure_gate gate_;
  bool disk_full_ = false;
  bool breaks_down_ = false;
  std::optional<store_fault> fault_;
};

}  // namespace tern::relay
