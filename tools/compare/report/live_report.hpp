// What is shown while a comparison runs: a line that is written over on a terminal, a JSON
// line for each trial.
#pragma once

#include "proto/time.hpp"
#include "tools/compare/run/comparison_run.hpp"

#include <string>

namespace tern::compare {

class live_report final : public comparison_watcher {
 public:
  explicit live_report(const comparison& wanted);

  void on_link(const link_choice& link) override;
  void on_progress(const trial_place& place, trial_progress progress) override;
  void on_trial(const trial_place& place, const outcome& figures, const std::string& failure) override;
  // Leaves nothing of the line behind.
  void clear();

 private:
  void show(const std::string& text);

  const comparison& wanted_;
  bool on_terminal_;
  bool shows_progress_;
  bool has_line_ = false;
  proto::time_point next_{};
};

}  // namespace tern::compare
