// A forked process that runs one side of a trial.
#pragma once

#include "tools/compare/run/side.hpp"

#include <sys/types.h>

namespace tern::compare {

class side_process {
 public:
  // What `run` throws ends up on the board. The shared memory must outlive the process.
  side_process(side run, side_task task);
  // Waits a moment for it to end by itself, then kills it.
  ~side_process() { join(); }
  side_process(const side_process&) = delete;
  side_process& operator=(const side_process&) = delete;

  // It ended although nobody told it to.
  bool has_ended();
  void join();

 private:
  pid_t pid_;
};

}  // namespace tern::compare
