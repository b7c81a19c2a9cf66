// What a link did, for people and for programs.
#pragma once

#include "tools/link/emulator/link_world.hpp"
#include "tools/link/emulator/packet_pump.hpp"
#include "tools/link/program/options.hpp"

#include <chrono>
#include <string>

namespace tern::link_program {

struct link_result {
  int status = 0;  // of the command
  std::chrono::duration<double> lasted{};
  link_emulator::device_kind kind = link_emulator::device_kind::tun;
  // Between the far end and the host.
  std::uint64_t tcp_connections = 0;
  std::uint64_t udp_flows = 0;
  std::uint64_t udp_dropped = 0;
};

// One object in one line (schema tern.link/1).
std::string json_report(const link_options& options, const link_result& result, const link_emulator::packet_pump& pump);
// A column a direction; what never happened is left out.
std::string table(const link_options& options, const link_result& result, const link_emulator::packet_pump& pump);

}  // namespace tern::link_program
