#include "cli/commands/commands.hpp"

namespace tern::cli {

command relay_command() {
  command result;
  result.name = "relay";
  result.synopsis = "[OPTION...]";
  result.summary = "run a relay (the program tern-relay)";
  return result;
}

command compare_command() {
  command result;
  result.name = "compare";
  result.synopsis = "[OPTION...]";
  result.summary = "UDP, TCP and tern side by side on one link (tern-compare)";
  return result;
}

command link_command() {
  command result;
  result.name = "link";
  result.synopsis = "[OPTION...] -- COMMAND";
  result.summary = "a command behind an emulated link (tern-link)";
  return result;
}

command bench_command() {
  command result;
  result.name = "bench";
  result.synopsis = "[OPTION...]";
  result.summary = "measure throughput and latency here (tern-bench)";
  return result;
}

}  // namespace tern::cli
