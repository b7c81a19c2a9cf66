// Idempotency records: for each (sender, outbox) a floor and the results above it.
#pragma once

#include "relay/store/row_chain.hpp"
#include "relay/store/sqlite/statement.hpp"

#include <optional>

namespace tern::relay::sqlite {

struct outbox_record {
  std::uint64_t number = 0;  // ours, given when it is first stored
  std::uint64_t floor = 0;
  proto::wall_time last_use{};
};

struct decision_record {
  content_hash hash{};
  log_number log;
  log_position position;
  proto::wall_time commit_time{};
  chain_tag chain{};
};

class outbox_table {
 public:
  explicit outbox_table(database& data);

  std::optional<outbox_record> find(const client_key& sender, const outbox_id& outbox);
  // Returns its number.
  std::uint64_t insert(const client_key& sender, const outbox_id& outbox, const outbox_record& fresh);
  // Also forgets the decisions below the floor.
  void update(const outbox_record& changed);

  std::optional<decision_record> decision(std::uint64_t outbox_number, std::uint64_t counter);
  // The log has a message of the outbox with a higher counter.
  bool is_overtaken(std::uint64_t outbox_number, std::uint64_t counter, log_number log);
  void decide(std::uint64_t outbox_number, std::uint64_t counter, const decision_record& made);

  std::optional<outbox_record> longest_unused();
  void erase(std::uint64_t outbox_number);

 private:
  database& database_;
  statement find_;
  statement insert_;
  statement update_;
  statement decision_;
  statement later_;
  statement decide_;
  statement forget_below_;
  statement longest_unused_;
  statement erase_;
};

}  // namespace tern::relay::sqlite
