// What each sender has in each inbox: a direct pair may keep only so much (retention.hpp).
// Counted where rows come and go, in their transaction, so that nobody ever has to look
// through an inbox, which others fill. Does not know what may go.
#pragma once

#include "relay/store/sqlite/statement.hpp"
#include "relay/store/types.hpp"

#include <cstdint>
#include <optional>

namespace tern::relay::sqlite {

class pair_table {
 public:
  explicit pair_table(database& data);

  struct pair {
    std::uint64_t number = 0;  // 0: it has nothing
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;  // of bodies
  };
  pair find(log_number inbox, const client_key& sender);

  struct held_row {
    log_position position{};
    proto::wall_time commit_time{};
    std::uint64_t body_size = 0;
  };
  void add(log_number inbox, const client_key& sender, const held_row& added);
  void remove(log_number inbox, const client_key& sender, log_position position, std::uint64_t body_size);

  // What it has that was committed before `time`: how much, and the first of it.
  pair before(const pair& of, proto::wall_time time);
  std::optional<held_row> first_before(const pair& of, proto::wall_time time);

 private:
  std::uint64_t insert(log_number inbox, const client_key& sender);

  database& database_;
  statement find_;
  statement insert_;
  statement grow_;
  statement shrink_;
  statement erase_empty_;
  statement insert_row_;
  statement erase_row_;
  statement before_;
  statement first_before_;
};

}  // namespace tern::relay::sqlite
