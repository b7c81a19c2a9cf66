#include "relay/server/limit_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <optional>

namespace tern::relay {

namespace {

using proto::endpoint_config;
using refusal = tl::unexpected<std::string>;

// Limits of the transport that can be set beside those of the hub.
struct endpoint_size {
  std::string_view name;
  std::size_t& (*of)(endpoint_config&);
};
constexpr std::array endpoint_sizes{
    endpoint_size{"connections", [](endpoint_config& of) -> std::size_t& { return of.connections_max; }},
    endpoint_size{"prefix-connections", [](endpoint_config& of) -> std::size_t& { return of.connections_prefix_max; }},
    endpoint_size{"half-open", [](endpoint_config& of) -> std::size_t& { return of.admission.half_open_max; }},
    endpoint_size{"prefix-half-open",
                  [](endpoint_config& of) -> std::size_t& { return of.admission.half_open_prefix_max; }},
    endpoint_size{"half-open-streams",
                  [](endpoint_config& of) -> std::size_t& { return of.admission.half_open_streams_max; }},
    endpoint_size{"prefix-half-open-streams",
                  [](endpoint_config& of) -> std::size_t& { return of.admission.half_open_streams_prefix_max; }},
};

struct endpoint_rate {
  std::string_view name;
  double& (*of)(endpoint_config&);
};
constexpr std::array endpoint_rates{
    endpoint_rate{"handshakes-rate", [](endpoint_config& of) -> double& { return of.admission.retry_rate; }},
    endpoint_rate{"prefix-handshakes-rate", [](endpoint_config& of) -> double& { return of.admission.prefix_rate; }},
    endpoint_rate{"handshakes-drop-rate", [](endpoint_config& of) -> double& { return of.admission.drop_rate; }},
};
// What a log may hold.
struct history_field {
  std::string_view name;
  std::uint64_t retention::*field;
};
constexpr std::array history_fields{
    history_field{"history-messages", &retention::rows_max},
    history_field{"history-bytes", &retention::bytes_max},
    history_field{"pair-messages", &retention::pair_rows_max},
    history_field{"pair-bytes", &retention::pair_bytes_max},
};
constexpr std::string_view history_days = "history-days";
constexpr std::uint64_t history_days_max = 36'500;
constexpr std::chrono::hours one_day{24};

// What 0 sets these rates to: to admission, 0 means none at all.
constexpr double unlimited_rate = 1e12;

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > limit_most) return std::nullopt;
  return value;
}

// Of the hub's limits, those that it is built with.
constexpr std::array built_in{std::string_view{"tail-bytes"}, std::string_view{"tails-bytes"}};

template <class Table>
bool has(const Table& table, std::string_view name) {
  return std::any_of(table.begin(), table.end(), [name](const auto& known) { return known.name == name; });
}

std::string all_names() {
  std::string names;
  const auto add = [&names](std::string_view name) { names += fmt::format("{}{}", names.empty() ? "" : ", ", name); };
  for (const auto& known : limit_fields) add(known.name);
  for (const auto& known : text_limit_fields) add(known.name);
  for (const auto& known : endpoint_sizes) add(known.name);
  for (const auto& known : endpoint_rates) add(known.name);
  for (const auto& known : history_fields) add(known.name);
  add(history_days);
  return names;
}

template <class Limits, class Field>
tl::expected<void, std::string> set_field(Limits& limits, const Field& known, std::uint64_t value) {
  if (value < known.least || value > known.most)
    return refusal{fmt::format("it must be {} to {}", known.least, known.most)};
  limits.*known.field = value;
  return {};
}

}  // namespace

tl::expected<void, std::string> set_limit(relay_limits limits, std::string_view text) {
  const auto equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  const auto value = number_of(equals == std::string_view::npos ? "" : text.substr(equals + 1));
  if (!value) return refusal{fmt::format("write NAME=NUMBER, with a number up to {}", limit_most)};
  for (const auto& known : limit_fields) {
    if (known.name == name) return set_field(limits.hub, known, *value);
  }
  for (const auto& known : text_limit_fields) {
    if (known.name == name) return set_field(limits.text, known, *value);
  }
  for (const auto& known : endpoint_sizes) {
    if (known.name != name) continue;
    if (*value == 0) return refusal{"it must be 1 at least"};
    known.of(limits.endpoint) = *value;
    return {};
  }
  for (const auto& known : endpoint_rates) {
    if (known.name != name) continue;
    known.of(limits.endpoint) = *value == 0 ? unlimited_rate : static_cast<double>(*value);
    return {};
  }
  for (const auto& known : history_fields) {
    if (known.name != name) continue;
    if (*value == 0) return refusal{"it must be 1 at least"};
    limits.history.*known.field = *value;
    return {};
  }
  if (name == history_days) {
    if (*value == 0 || *value > history_days_max) return refusal{fmt::format("it must be 1 to {}", history_days_max)};
    limits.history.age_max = one_day * *value;
    return {};
  }
  return refusal{fmt::format("no such limit; there are: {}", all_names())};
}

bool is_changeable_limit(std::string_view name) {
  if (std::find(built_in.begin(), built_in.end(), name) != built_in.end()) return false;
  return has(limit_fields, name) || has(endpoint_sizes, name) || has(endpoint_rates, name);
}

tl::expected<void, std::string> check_limits(const hub_limits& limits) {
  if (limits.key_bytes_rate > 0 && limits.key_bytes_burst < limits.message_bytes_max) {
    return refusal{fmt::format("key-bytes-burst={} is below message-bytes={}: the largest messages would never pass",
                               limits.key_bytes_burst, limits.message_bytes_max)};
  }
  if (limits.prefix_guest_bytes_rate > 0 && limits.prefix_guest_bytes_burst < limits.message_bytes_max) {
    return refusal{
        fmt::format("prefix-guest-bytes-burst={} is below message-bytes={}: guests' largest messages would never pass",
                    limits.prefix_guest_bytes_burst, limits.message_bytes_max)};
  }
  return {};
}

std::string list_limits(relay_limits limits) {
  std::string lines;
  for (const auto& known : limit_fields) lines += fmt::format("{}={}\n", known.name, limits.hub.*known.field);
  for (const auto& known : text_limit_fields) lines += fmt::format("{}={}\n", known.name, limits.text.*known.field);
  for (const auto& known : endpoint_sizes) lines += fmt::format("{}={}\n", known.name, known.of(limits.endpoint));
  for (const auto& known : endpoint_rates) lines += fmt::format("{}={}\n", known.name, known.of(limits.endpoint));
  for (const auto& known : history_fields) lines += fmt::format("{}={}\n", known.name, limits.history.*known.field);
  lines += fmt::format("{}={}\n", history_days, limits.history.age_max / one_day);
  return lines;
}

}  // namespace tern::relay
