#include "tools/link/program/report.hpp"

#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string_view>

namespace tern::link_program {

namespace {

using link_emulator::edge_counters;
using link_emulator::packet_pump;
using link_model::counters;

struct model_row {
  const char* name;
  std::uint64_t counters::*value;
};
constexpr std::array model_rows{
    model_row{"offered", &counters::offered},
    model_row{"offered_bytes", &counters::offered_bytes},
    model_row{"duplicated", &counters::duplicated},
    model_row{"delivered", &counters::delivered},
    model_row{"delivered_bytes", &counters::delivered_bytes},
    model_row{"lost", &counters::lost},
    model_row{"burst_lost", &counters::burst_lost},
    model_row{"queue_dropped", &counters::queue_dropped},
    model_row{"mtu_dropped", &counters::mtu_dropped},
    model_row{"blacked_out", &counters::blacked_out},
    model_row{"udp_blocked", &counters::udp_blocked},
    model_row{"overflowed", &counters::overflowed},
    model_row{"corrupted", &counters::corrupted},
    model_row{"reordered", &counters::reordered},
    model_row{"overtaken", &counters::overtaken},
};

struct edge_row {
  const char* name;
  std::uint64_t edge_counters::*value;
};
constexpr std::array edge_rows{
    edge_row{"multicast", &edge_counters::multicast},
    edge_row{"missed", &edge_counters::missed},
    edge_row{"refused", &edge_counters::refused},
    edge_row{"unmapped", &edge_counters::unmapped},
};

nlohmann::ordered_json direction(const link_model::link& model, const edge_counters& edge) {
  nlohmann::ordered_json object;
  for (const model_row& row : model_rows) object[row.name] = model.statistics().*row.value;
  object["held"] = model.held_packets();  // under way when it ended
  for (const edge_row& row : edge_rows) object[row.name] = edge.*row.value;
  return object;
}

const char* name_of(link_emulator::device_kind kind) {
  return kind == link_emulator::device_kind::tun ? "tun" : "veth";
}

std::string line(std::string_view name, std::uint64_t up, std::uint64_t down) {
  if (up == 0 && down == 0) return "";
  return fmt::format("  {:<16}{:>14}{:>14}\n", name, up, down);
}

}  // namespace

std::string json_report(const link_options& options, const link_result& result, const packet_pump& pump) {
  nlohmann::ordered_json object;
  object["schema"] = "tern.link/1";
  object["link"] = options.description;
  object["command"] = options.command;
  object["seed"] = options.plan.seed;
  object["status"] = result.status;
  object["seconds"] = result.lasted.count();
  object["device"] = name_of(result.kind);
  object["rebindings"] = pump.rebindings();
  object["up"] = direction(pump.up(), pump.up_edge());
  object["down"] = direction(pump.down(), pump.down_edge());
  object["host"] = {{"tcp_connections", result.tcp_connections},
                    {"udp_flows", result.udp_flows},
                    {"udp_dropped", result.udp_dropped}};
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string table(const link_options& options, const link_result& result, const packet_pump& pump) {
  std::string text = fmt::format("tern-link: {:.1f} s, seed {}\n  {:<16}{:>14}{:>14}\n", result.lasted.count(),
                                 options.plan.seed, "packets", "up", "down");
  for (const model_row& row : model_rows) {
    text += line(row.name, pump.up().statistics().*row.value, pump.down().statistics().*row.value);
  }
  text += line("held", pump.up().held_packets(), pump.down().held_packets());
  for (const edge_row& row : edge_rows) text += line(row.name, pump.up_edge().*row.value, pump.down_edge().*row.value);
  if (pump.rebindings() > 0) text += fmt::format("  {:<16}{:>14}\n", "rebindings", pump.rebindings());
  if (result.udp_dropped > 0) text += fmt::format("  {:<16}{:>14}\n", "host_dropped", result.udp_dropped);
  return text;
}

}  // namespace tern::link_program
