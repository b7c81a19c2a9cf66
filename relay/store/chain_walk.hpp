// Follows one log row by row and says what is wrong with it. Keeps going after damage,
// from the row as it is, so that one wrong row is reported once.
#pragma once

#include "relay/store/row_chain.hpp"
#include "relay/store/store.hpp"

namespace tern::relay {

class chain_walk {
 public:
  // `base`: the chain before the first row that is still stored. Both references
  // outlive the walk.
  chain_walk(const log_state& log, const chain_hash& base, verify_report& report);

  void on_row(const row& next, const chain_hash& stored_chain);
  // After the last row.
  void finish();
  // The position that has to come next.
  log_position expected() const { return expected_; }

 private:
  void report(log_position position, std::string what);

  const log_state& log_;
  verify_report& report_;
  chain_hash chain_;
  log_position expected_;
};

}  // namespace tern::relay
