// The table of rows. A row's id is its log's number and its position in one integer,
// so numbers stay below 2^27 and positions below 2^36.
#pragma once

#include "relay/store/row_chain.hpp"
#include "relay/store/sqlite/statement.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace tern::relay::sqlite {

inline constexpr unsigned position_bits = 36;
inline constexpr log_position position_max{(std::uint64_t{1} << position_bits) - 1};
inline constexpr log_number log_number_max{(std::uint64_t{1} << (63 - position_bits)) - 1};

class row_table {
 public:
  explicit row_table(database& data);

  void insert(log_number log, const row& next, const chain_hash& chain);
  // What a store needs to know of a row to let it go.
  struct outline {
    proto::wall_time commit_time{};
    std::uint64_t body_size = 0;
    chain_hash chain{};
    client_key sender{};
    std::uint8_t kind = 0;
    log_position position{};
  };
  std::optional<outline> outline_of(log_number log, log_position position);
  void erase(log_number log, log_position position);
  // Its place and its chain stay.
  void let_go(log_number log, log_position position);
  std::vector<row> read(const read_request& request);
  // All rows of the log in order.
  void each(log_number log, const std::function<void(const row&, const chain_hash&)>& visit);
  std::uint64_t count();

 private:
  statement insert_;
  statement outline_;
  statement let_go_;
  statement erase_;
  statement read_up_;
  statement read_down_;
  statement each_;
  statement count_;
};

}  // namespace tern::relay::sqlite
