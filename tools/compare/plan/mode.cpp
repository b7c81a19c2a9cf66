#include "tools/compare/plan/mode.hpp"

#include "tools/compare/plan/usage_error.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sstream>

namespace tern::compare {

namespace {

using proto::delivery;

// A row that the matrix has room for, and this version has not.
constexpr std::string_view redundant_name = "redundant";
constexpr std::string_view redundant_is_missing =
    "(tern, each message in several packets) is not in this version: small messages are sent again, not in advance";

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

std::string with_congestion(std::string text, const std::string& congestion) {
  return congestion.empty() ? text : fmt::format("{}:{}", text, congestion);
}

// Both ways over the kernel's TCP.
std::vector<mode> tcp_modes(const std::string& congestion) {
  const std::string control =
      fmt::format("congestion control {}", congestion.empty() ? "as the system has it" : congestion);
  return {
      {with_congestion("tcp", congestion), fmt::format("tern's stream mode over the kernel's TCP, {}", control),
       carrier::tern_tcp, arrival_in_order, delivery::reliable_ordered, congestion},
      {with_congestion("tcp-raw", congestion),
       fmt::format("the kernel's TCP, 16-bit lengths, TCP_NODELAY, {}", control),
       carrier::raw_tcp,
       arrival_in_order,
       {},
       congestion},
  };
}

void append(std::vector<mode>& to, std::vector<mode> more) { std::ranges::move(more, std::back_inserter(to)); }

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
  if (name == redundant_name) throw usage_error{fmt::format("--modes: '{}' {}", redundant_name, redundant_is_missing)};
  std::string names;
  for (const mode& each : known) names += fmt::format("{}{}", names.empty() ? "" : ", ", each.name);
  throw usage_error{fmt::format("--modes: there is no '{}' here; there are {}", name, names)};
}

}  // namespace

std::vector<mode> known_modes() {
  auto modes = default_modes();
  for (const std::string& name : congestion_controls()) append(modes, tcp_modes(name));
  return modes;
}

std::string modes_text() {
  std::string text;
  for (const mode& each : known_modes()) text += fmt::format("{:<20}{}\n", each.name, each.description);
  return text + fmt::format("{:<20}{}\n", redundant_name, redundant_is_missing);
}

std::vector<mode> default_modes() {
  auto modes = udp_modes();
  append(modes, tcp_modes(""));
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
