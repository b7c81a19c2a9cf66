// What was asked for on the command line.
#pragma once

#include "tools/compare/plan/backend_kind.hpp"
#include "tools/compare/plan/mode.hpp"
#include "tools/compare/plan/threshold.hpp"
#include "tools/compare/plan/workload.hpp"
#include "tools/link/emulator/packet_pump.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tern::compare {

enum class output_form : std::uint8_t { table, json, csv };
enum class progress_form : std::uint8_t { automatic, always, never };

struct comparison {
  std::vector<mode> modes;
  workload work;
  link_emulator::link_plan link;  // its seed is that of the first repetition
  std::vector<double> losses;     // each in the place of the link's own; empty: as the link is
  std::uint32_t repeat = 3;
  std::optional<backend_kind> backend;  // nothing: the better one that works here
  output_form output = output_form::table;
  progress_form progress = progress_form::automatic;
  bool quiet = false;
  std::string html_file;  // empty: none
  std::vector<threshold> thresholds;
  std::string command;     // as it was typed
  std::string link_words;  // the part of it that describes the link
};

}  // namespace tern::compare
