// How much each sender has in each inbox, as far as it was asked for: what a direct pair may
// keep is limited (retention.hpp). Kept beside the rows in memory; whoever changes rows tells
// it. Bounded: of too many all are forgotten, and counted again.
#pragma once

#include "relay/store/types.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

namespace tern::relay {

class pair_ledger {
 public:
  static constexpr std::size_t pairs_max = 10'000;

  struct usage {
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    log_position from{1};  // nothing of the sender is before it
  };

  // Null: not counted yet.
  usage* find(log_number log, const client_key& sender) {
    const auto known = all_.find({log, sender});
    return known == all_.end() ? nullptr : &known->second;
  }
  usage& put(log_number log, const client_key& sender, const usage& counted) {
    if (all_.size() >= pairs_max) all_.clear();
    return all_[{log, sender}] = counted;
  }
  // A row of theirs is gone.
  void on_gone(log_number log, const client_key& sender, std::uint64_t body_size) {
    usage* known = find(log, sender);
    if (known == nullptr) return;
    --known->rows;
    known->bytes -= body_size;
  }
  void clear() { all_.clear(); }

 private:
  std::map<std::pair<log_number, client_key>, usage> all_;
};

}  // namespace tern::relay
