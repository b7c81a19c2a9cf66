#include "tools/link/setting/link_words.hpp"

#include "cli/units/units.hpp"
#include "tools/link/model/profiles.hpp"
#include "tools/link/setting/impairment_options.hpp"
#include "tools/link/setting/usage_error.hpp"
#include "udp/system_entropy.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <fmt/format.h>
#include <string_view>

namespace tern::link_setting {

namespace {

using texts = std::vector<std::string>;

std::string side_help(std::string_view side, const impairment_option& option) {
  return fmt::format("--{} {}", option.name, side);
}

void add_impairments(cxxopts::Options& parser) {
  for (const impairment_option& each : impairment_options()) {
    for (const std::string_view side : {"", "up-", "down-"}) {
      auto value = cxxopts::value<texts>();
      if (!each.implicit.empty()) value = value->implicit_value(std::string{each.implicit});
      const std::string help =
          side.empty() ? std::string{each.help} : side_help(side == "up-" ? "upwards only" : "downwards only", each);
      parser.add_options(side.empty() ? "" : "one direction")(fmt::format("{}{}", side, each.name), help, value,
                                                              std::string{each.value});
    }
  }
}

void begin_with_profile(link_emulator::link_plan& plan, const std::string& name) {
  const link_model::profile* profile = link_model::find_profile(name);
  if (profile == nullptr) {
    throw usage_error{fmt::format("--profile {}: there is no such link; `tern link --list-profiles` names them", name)};
  }
  plan.up = profile->up;
  plan.down = profile->down;
  plan.nat = profile->nat;
}

void apply(const cxxopts::ParseResult& parsed, const std::string& name, const impairment_option& option,
           std::initializer_list<link_model::impairments*> sides) {
  if (parsed.count(name) == 0) return;
  for (const std::string& value : parsed[name].as<texts>()) {
    try {
      for (link_model::impairments* side : sides) option.apply(*side, value);
    } catch (const usage_error& problem) {
      throw usage_error{fmt::format("--{}: {}", name, problem.what())};
    }
  }
}

void apply_impairments(const cxxopts::ParseResult& parsed, link_emulator::link_plan& plan) {
  for (const impairment_option& each : impairment_options()) {
    apply(parsed, std::string{each.name}, each, {&plan.up, &plan.down});
    apply(parsed, fmt::format("up-{}", each.name), each, {&plan.up});
    apply(parsed, fmt::format("down-{}", each.name), each, {&plan.down});
  }
  for (const std::string_view name : {"queue", "up-queue", "down-queue"}) {
    const bool has_rate = plan.up.rate.bits_per_second > 0 || plan.down.rate.bits_per_second > 0;
    if (parsed.count(std::string{name}) != 0 && !has_rate) {
      throw usage_error{fmt::format("--{}: nothing waits without a --rate", name)};
    }
  }
}

void set_time(const cxxopts::ParseResult& parsed, const std::string& name, link_model::duration& to) {
  if (parsed.count(name) == 0) return;
  const auto time = cli::parse_duration(parsed[name].as<std::string>());
  if (!time) throw usage_error{fmt::format("--{}: {}", name, time.error())};
  to = *time;
}

std::uint64_t to_seed(const std::string& text) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error == std::errc{} && end == text.data() + text.size()) return seed;
  throw usage_error{fmt::format("--seed: '{}' is not a number between 0 and 2^64 - 1", text)};
}

// Short enough to be typed again.
std::uint64_t any_seed() {
  std::array<std::uint8_t, 4> octets{};
  udp::system_entropy{}.fill(octets);
  std::uint64_t seed = 0;
  for (const std::uint8_t each : octets) seed = seed << 8 | each;
  return seed;
}

}  // namespace

void declare_link(cxxopts::Options& parser) {
  const auto text = [] { return cxxopts::value<std::string>(); };
  parser.add_options()("profile", "begin with a link by name", text(), "NAME");
  add_impairments(parser);
  parser.add_options()("rebind-port", "a NAT gives another source port each TIME", text(), "TIME");
  parser.add_options()("rebind-address", "another source address each TIME", text(), "TIME");
  parser.add_options()("rebind-after", "another source port once", text(), "TIME");
  parser.add_options()("seed", "what chance is derived from; printed when it is not given", text(), "NUMBER");
}

link_emulator::link_plan read_link(const cxxopts::ParseResult& parsed) {
  link_emulator::link_plan plan;
  if (parsed.count("profile") != 0) begin_with_profile(plan, parsed["profile"].as<std::string>());
  apply_impairments(parsed, plan);
  set_time(parsed, "rebind-port", plan.nat.port_every);
  set_time(parsed, "rebind-address", plan.nat.address_every);
  set_time(parsed, "rebind-after", plan.nat.port_after);
  plan.seed = parsed.count("seed") != 0 ? to_seed(parsed["seed"].as<std::string>()) : any_seed();
  return plan;
}

std::string profile_list() {
  std::string list;
  for (const link_model::profile& each : link_model::profiles()) {
    list += fmt::format("{:<24}{}\n", each.name, each.description);
  }
  return list;
}

std::vector<const char*> with_joined_values(std::span<const char* const> words, std::vector<std::string>& storage) {
  std::vector<const char*> result;
  storage.reserve(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word{words[i]};
    const bool may_have_value = word.starts_with("--") && word.ends_with("block-udp");
    if (may_have_value && i + 1 < words.size() && std::isdigit(static_cast<unsigned char>(*words[i + 1])) != 0) {
      storage.push_back(fmt::format("{}={}", word, words[++i]));
      result.push_back(storage.back().c_str());
    } else {
      result.push_back(words[i]);
    }
  }
  return result;
}

std::string without_curly_quotes(std::string text) {
  for (const std::string_view quote : {"\u2018", "\u2019"}) {
    for (auto at = text.find(quote); at != std::string::npos; at = text.find(quote))
      text.replace(at, quote.size(), 1, '\'');
  }
  return text;
}

}  // namespace tern::link_setting
