// All trials of a comparison, one after the other. The modes take turns, so that what else
// the machine does falls on all of them.
#pragma once

#include "tools/compare/analysis/outcome.hpp"
#include "tools/compare/plan/comparison.hpp"
#include "tools/compare/run/trial.hpp"

#include <functional>
#include <string>
#include <vector>

namespace tern::compare {

// A mode on a link, with all its trials: a row of the result.
struct course {
  mode how;
  std::optional<double> loss;     // where there are several
  bool is_impaired = true;        // whether the link touched it at all
  std::vector<outcome> outcomes;  // of the good trials
  std::string failure;            // of the last bad one; empty: none
  outcome median;
  trial_record shown;  // of the first good trial: for pictures

  // "tcp-raw", or "tcp-raw@5%" where there are several losses.
  std::string name() const;
};

struct link_choice {
  backend_kind kind = backend_kind::tun;
  std::string text;  // which, and why
};

struct comparison_result {
  link_choice link;
  std::vector<course> courses;
};

// The place of a trial in the comparison.
struct trial_place {
  const course& of;
  std::uint64_t seed = 0;
  std::size_t number = 0;  // from 1 on
  std::size_t count = 0;
};

class comparison_watcher {
 public:
  virtual ~comparison_watcher() = default;
  virtual void on_link(const link_choice& link) = 0;
  virtual void on_progress(const trial_place& place, trial_progress progress) = 0;
  virtual void on_trial(const trial_place& place, const outcome& figures, const std::string& failure) = 0;
};

// "5%", "0.5%".
std::string percent_text(double share);

// The rows, without figures. `kind` as far as it is known.
std::vector<course> planned_courses(const comparison& wanted, backend_kind kind);

// Throws usage_error or link_emulator::failure when there is no such link.
comparison_result run_comparison(const comparison& wanted, comparison_watcher& watcher);

}  // namespace tern::compare
