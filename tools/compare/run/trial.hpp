// One trial: the two sides in processes of their own, the link between them in this one.
#pragma once

#include "tools/compare/analysis/trial_record.hpp"
#include "tools/compare/plan/workload.hpp"
#include "tools/compare/run/link_backend.hpp"

#include <functional>
#include <string>

namespace tern::compare {

struct trial_result {
  trial_record record;
  std::string failure;  // empty where the trial is good; the record counts only then
};

// What is going on, for those who watch.
struct trial_progress {
  std::uint64_t sent = 0;
  std::uint64_t delivered = 0;
};

struct trial_setting {
  const mode& how;
  const workload& work;
  backend_kind link = backend_kind::tun;
  link_emulator::link_plan plan;
};

// Throws link_emulator::failure when there is no link to be had.
trial_result run_trial(const trial_setting& setting, const std::function<void(trial_progress)>& on_progress);

}  // namespace tern::compare
