// Processor time of this process from the start of the schedule on: what setting up cost
// is not in it.
#pragma once

#include "tools/compare/run/shared_trial.hpp"

#include <optional>

namespace tern::compare {

class cpu_meter {
 public:
  explicit cpu_meter(const shared_board& board) : board_{board} {}

  // Now and then.
  void look();
  // Since the look that first saw the schedule.
  duration used() const;

 private:
  const shared_board& board_;
  std::optional<duration> before_;
};

}  // namespace tern::compare
