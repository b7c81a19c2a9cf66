#include "cli/units/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <span>

namespace tern::cli {

namespace {
struct unit {
  std::string_view name;
  double factor;
};

constexpr std::array<unit, 7> duration_units{
    {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}}};
constexpr std::array<unit, 7> size_units{{{"B", 1},
                                          {"kB", 1e3},
                                          {"MB", 1e6},
                                          {"GB", 1e9},
                                          {"KiB", 1024},
                                          {"MiB", 1024.0 * 1024},
                                          {"GiB", 1024.0 * 1024 * 1024}}};
constexpr std::array<unit, 4> rate_units{{{"bit", 1}, {"kbit", 1e3}, {"Mbit", 1e6}, {"Gbit", 1e9}}};
constexpr std::array<unit, 1> share_units{{{"%", 0.01}}};
constexpr double duration_max = 365 * 86400e9;
constexpr double size_max = 9007199254740992.0;  // 2^53: exact in a double

// Digits with at most one point; no sign, no exponent, nothing that only a program would write.
std::optional<double> parse_number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_with_unit(std::string_view text, std::span<const unit> units) {
  if (text == "0") return 0;
  const std::size_t unit_start = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto number = parse_number(text.substr(0, unit_start));
  if (!number) return std::nullopt;
  for (const unit& candidate : units) {
    if (candidate.name == text.substr(unit_start)) return *number * candidate.factor;
  }
  return std::nullopt;
}

tl::expected<std::uint64_t, std::string> parse_whole(std::string_view text, std::optional<double> value,
                                                     std::string_view what, std::string_view hint) {
  if (!value) return tl::unexpected(fmt::format("'{}' is not a {}; write {}", text, what, hint));
  if (*value > size_max) return tl::unexpected(fmt::format("'{}' is too much for a {}", text, what));
  return static_cast<std::uint64_t>(std::llround(*value));
}

std::string with_digits(double value, std::string_view unit_name) {
  const int decimals = value < 99.95 && std::abs(value - std::round(value)) > 0.049 ? 1 : 0;
  return fmt::format("{:.{}f} {}", value, decimals, unit_name);
}
}  // namespace

tl::expected<std::chrono::nanoseconds, std::string> parse_duration(std::string_view text) {
  const auto value = parse_with_unit(text, duration_units);
  if (!value) {
    return tl::unexpected(
        fmt::format("'{}' is not a duration; write a number with a unit, such as 250ms, 1.5s or 2m", text));
  }
  if (*value > duration_max) return tl::unexpected(fmt::format("'{}' is too long; 365d is the most", text));
  return std::chrono::nanoseconds{std::llround(*value)};
}

tl::expected<std::uint64_t, std::string> parse_size(std::string_view text) {
  return parse_whole(text, parse_with_unit(text, size_units), "size",
                     "a number with a unit, such as 512B, 64KiB or 1MB");
}

tl::expected<std::uint64_t, std::string> parse_rate(std::string_view text) {
  std::string_view bare = text;
  if (bare.ends_with("/s")) bare.remove_suffix(2);
  return parse_whole(text, parse_with_unit(bare, rate_units), "rate",
                     "a number with a unit, such as 64kbit, 10Mbit or 1Gbit");
}

tl::expected<double, std::string> parse_share(std::string_view text) {
  const auto value = parse_with_unit(text, share_units);
  if (!value || *value > 1)
    return tl::unexpected(fmt::format("'{}' is not a share; write 0% to 100%, such as 5% or 0.1%", text));
  return *value;
}

std::string format_duration(std::chrono::nanoseconds duration) {
  const auto value = static_cast<double>(duration.count());
  if (value < 999.5) return with_digits(value, "ns");
  if (value < 999.5e3) return with_digits(value / 1e3, "us");
  if (value < 999.5e6) return with_digits(value / 1e6, "ms");
  if (value < 60e9) return with_digits(value / 1e9, "s");
  if (value < 3600e9) return with_digits(value / 60e9, "min");
  return with_digits(value / 3600e9, "h");
}

std::string format_size(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (value < 1024) return with_digits(value, "B");
  if (value < 1024.0 * 1024) return with_digits(value / 1024, "KiB");
  if (value < 1024.0 * 1024 * 1024) return with_digits(value / (1024.0 * 1024), "MiB");
  return with_digits(value / (1024.0 * 1024 * 1024), "GiB");
}

}  // namespace tern::cli
