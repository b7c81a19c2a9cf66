#include "tools/compare/plan/mode.hpp"

#include "tools/compare/plan/usage_error.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace tern::compare {

namespace {

using proto::delivery;

constexpr promises nothing{};
constexpr promises arrival{.delivery = true, .order = false};
constexpr promises arrival_in_order{.delivery = true, .order = true};

std::vector<mode> udp_modes() {
  return {
      {"udp-raw", "a datagram a message, sendto() and recvfrom()", carrier::raw_udp, nothing, {}, {}},
      {"unreliable", "tern, each message sent once", carrier::tern, nothing, delivery::unreliable, {}},
      {"reliable-unordered",
       "tern, delivered as soon as it is there",
       carrier::tern,
       arrival,
       delivery::reliable_unordered,
       {}},
      {"reliable-ordered",
       "tern, in order within a lane",
       carrier::tern,
       arrival_in_order,
       delivery::reliable_ordered,
       {}},
  };
}

mode tcp_mode(const std::string& congestion) {
  return {congestion.empty() ? "tcp-raw" : fmt::format("tcp-raw:{}", congestion),
          fmt::format("the kernel's TCP, 16-bit lengths, TCP_NODELAY, congestion control {}",
                      congestion.empty() ? "as the system has it" : congestion),
          carrier::raw_tcp,
          arrival_in_order,
          {},
          congestion};
}

std::vector<std::string> congestion_controls() {
  std::ifstream file{"/proc/sys/net/ipv4/tcp_available_congestion_control"};
  std::vector<std::string> names;
  for (std::string name; file >> name;) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

const mode& find(const std::vector<mode>& known, const std::string& name) {
  const auto found = std::find_if(known.begin(), known.end(), [&](const mode& each) { return each.name == name; });
  if (found != known.end()) return *found;
  std::string names;
  for (const mode& each : known) names += fmt::format("{}{}", names.empty() ? "" : ", ", each.name);
  throw usage_error{fmt::format("--modes: there is no '{}' here; there are {}", name, names)};
}

}  // namespace

std::vector<mode> known_modes() {
  auto modes = default_modes();
  for (const std::string& name : congestion_controls()) modes.push_back(tcp_mode(name));
  return modes;
}

std::vector<mode> default_modes() {
  auto modes = udp_modes();
  modes.push_back(tcp_mode(""));
  return modes;
}

std::vector<mode> parse_modes(const std::string& names) {
  const auto known = known_modes();
  if (names == "all") return known;
  std::vector<mode> modes;
  std::istringstream words{names};
  for (std::string name; std::getline(words, name, ',');) {
    const mode& found = find(known, name);
    if (std::any_of(modes.begin(), modes.end(), [&](const mode& each) { return each.name == name; })) {
      throw usage_error{fmt::format("--modes: '{}' is there twice", name)};
    }
    modes.push_back(found);
  }
  if (modes.empty()) throw usage_error{"--modes: which ones?"};
  return modes;
}

}  // namespace tern::compare
