// Looks at a running trial now and then, and says when there is nothing more to come.
#pragma once

#include "tools/compare/run/link_backend.hpp"
#include "tools/compare/run/shared_trial.hpp"
#include "tools/compare/run/side_process.hpp"

#include <optional>
#include <string>

namespace tern::compare {

class trial_watch {
 public:
  trial_watch(const mode& how, const workload& work, const shared_trial& shared, const link_backend& link,
              proto::time_point now);

  // True when the trial is over.
  bool look(proto::time_point now);
  // Why it is worth nothing; empty where it is.
  const std::string& failure() const { return failure_; }
  // Of the link, from the start of the schedule on.
  link_reading traffic() const;

 private:
  void note_before(proto::time_point now);
  bool is_all_there() const;
  bool is_past_limit(proto::time_point now) const;
  bool is_quiet(proto::time_point now);
  bool fail(std::string text);

  const mode& how_;
  const workload& work_;
  const shared_board& board_;
  const link_backend& link_;
  proto::time_point began_;
  std::optional<link_reading> before_;
  std::optional<link_reading> last_;
  proto::time_point last_change_;
  std::string failure_;
};

}  // namespace tern::compare
