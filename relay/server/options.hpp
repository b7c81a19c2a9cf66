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
#include <map>
#include <string>
#include <vector>

namespace tern::relay {

struct server_options {
  std::vector<tern_address> listen;   // of each, host and service; none: every address, port 7777
  std::vector<tern_address> text;     // likewise, of the text gateway; none: off
  std::vector<tern_address> metrics;  // likewise, of /metrics and /healthz; at most one; none: off
  std::filesystem::path data;
  std::string host;  // for the line to paste; empty: found out
  durability level = durability::strict;
  hub_limits limits;
  text_limits text_rules;
  retention history;
  proto::endpoint_config endpoint;
  log_level log = log_level::info;
  log_format format = log_format::text;

  // How all of this came about, for reading it again: the command line, the file that it named
  // (or none), and what was set to something. A limit's name is `limit NAME`.
  std::vector<std::string> words;
  std::filesystem::path config;
  std::map<std::string, std::string> settings;
};

// What the command line asks for: to run with these, or to say something and end.
struct command_line {
  server_options run;
  bool ends = false;
  int status = 0;    // of the process, if it ends
  std::string text;  // to standard output if the status is 0, else to standard error
};

// Reads the file of --config, too; what the command line says wins over it.
command_line parse_command_line(int argc, const char* const* argv);
// The same, with the words of server_options::words.
command_line parse_command_line(const std::vector<std::string>& words);

// cxxopts quotes in a way that not every terminal shows.
std::string without_curly_quotes(std::string text);

// $XDG_DATA_HOME/tern-relay, or ~/.local/share/tern-relay. Empty where neither is known.
std::filesystem::path default_data_folder();

}  // namespace tern::relay
