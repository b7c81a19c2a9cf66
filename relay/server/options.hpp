// What `tern-relay` is told on its command line.
#pragma once

#include "proto/endpoint/config.hpp"
#include "relay/hub/limits.hpp"
#include "relay/server/event_log.hpp"
#include "relay/store/retention.hpp"
#include "relay/store/store.hpp"
#include "relay/text/limits.hpp"
#include "udp/tern_address.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tern::relay {

struct server_options {
  std::vector<tern_address> listen;  // of each, host and service; none: every address, port 7777
  std::vector<tern_address> text;    // likewise, of the text gateway; none: off
  std::filesystem::path data;
  std::string host;  // for the line to paste; empty: found out
  durability level = durability::strict;
  hub_limits limits;
  text_limits text_rules;
  retention history;
  proto::endpoint_config endpoint;
  log_level log = log_level::info;
  log_format format = log_format::text;
};

// What the command line asks for: to run with these, or to say something and end.
struct command_line {
  server_options run;
  bool ends = false;
  int status = 0;    // of the process, if it ends
  std::string text;  // to standard output if the status is 0, else to standard error
};

command_line parse_command_line(int argc, const char* const* argv);

// $XDG_DATA_HOME/tern-relay, or ~/.local/share/tern-relay. Empty where neither is known.
std::filesystem::path default_data_folder();

}  // namespace tern::relay
