// A forked process that runs one side of a trial.
#pragma once

#include "tools/bench/contender.hpp"

#include <sys/types.h>

namespace tern::bench {

class child_process {
 public:
  // What `side` throws ends up in the tally, which must outlive the process.
  child_process(const contender::side& side, const workload& work, tally& shared);
  // Waits a moment for it to end by itself, then kills it.
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  // User and system time that it has used so far.
  double cpu_seconds() const;
  void join();

 private:
  bool has_ended();

  pid_t pid_ = -1;
};

}  // namespace tern::bench
