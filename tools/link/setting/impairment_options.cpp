#include "tools/link/setting/impairment_options.hpp"

#include "cli/units/units.hpp"
#include "tools/link/setting/usage_error.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <vector>

namespace tern::link_setting {

namespace {

using link_model::blackout;
using link_model::duration;
using link_model::impairments;
using words = std::vector<std::string>;

words split(const std::string& text) {
  words parts{""};
  for (const char each : text) {
    if (each == ',') {
      parts.emplace_back();
    } else {
      parts.back() += each;
    }
  }
  return parts;
}

words split(const std::string& text, std::size_t least, std::size_t most, std::string_view shape) {
  words parts = split(text);
  if (parts.size() < least || parts.size() > most) throw usage_error{fmt::format("'{}': write {}", text, shape)};
  return parts;
}

template <class Value>
Value or_usage_error(tl::expected<Value, std::string> parsed) {
  if (!parsed) throw usage_error{parsed.error()};
  return *parsed;
}

duration to_duration(const std::string& text) { return or_usage_error(cli::parse_duration(text)); }
double to_share(const std::string& text) { return or_usage_error(cli::parse_share(text)); }

double to_loss_in_bursts(const std::string& text) {
  const double share = to_share(text);
  if (share >= 1) throw usage_error{fmt::format("'{}': a link that is always bad has no bursts", text)};
  return share;
}

template <class Number>
Number to_number(const std::string& text, std::string_view what) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw usage_error{fmt::format("'{}' is not {}", text, what)};
  }
  return value;
}

void set_delay(impairments& to, const std::string& text) { to.delay = to_duration(text); }
void set_loss(impairments& to, const std::string& text) { to.loss = to_share(text); }
void set_duplicate(impairments& to, const std::string& text) { to.duplicate = to_share(text); }

void set_jitter(impairments& to, const std::string& text) {
  const words parts = split(text, 1, 3, "TIME[,uniform|exponential][,reorder]");
  to.jitter = {.extra = to_duration(parts[0]), .shape = link_model::jitter_shape::uniform, .reorders = false};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i] == "exponential") {
      to.jitter.shape = link_model::jitter_shape::exponential;
    } else if (parts[i] == "reorder") {
      to.jitter.reorders = true;
    } else if (parts[i] != "uniform") {
      throw usage_error{fmt::format("'{}': one of uniform, exponential, reorder", parts[i])};
    }
  }
}

void set_bursts(impairments& to, const std::string& text) {
  const words parts = split(text, 2, 2, "SHARE,PACKETS, such as 10%,4");
  const double loss = to_loss_in_bursts(parts[0]);
  const auto mean = to_number<double>(parts[1], "a mean number of packets");
  const double least = std::max(1.0, loss / (1 - loss));
  if (!(mean >= least)) {
    throw usage_error{
        fmt::format("'{}': bursts of {} loss have at least {:.3g} packets on average", text, parts[0], least)};
  }
  to.packet_bursts = {.loss = loss, .mean_packets = mean};
}

void set_fades(impairments& to, const std::string& text) {
  const words parts = split(text, 2, 2, "SHARE,TIME, such as 10%,40ms");
  to.timed_bursts = {.loss = to_loss_in_bursts(parts[0]), .mean_bad = to_duration(parts[1])};
  if (to.timed_bursts.mean_bad == duration{}) throw usage_error{"a bad period must last some time"};
}

void set_reorder(impairments& to, const std::string& text) {
  const words parts = split(text, 2, 2, "SHARE,TIME, such as 1%,20ms");
  to.reorder = {.probability = to_share(parts[0]), .extra = to_duration(parts[1])};
}

void set_corrupt(impairments& to, const std::string& text) {
  const words parts = split(text, 1, 3, "SHARE[,bits|octets[,MOST]]");
  to.corrupt = {.probability = to_share(parts[0])};
  if (parts.size() > 1 && parts[1] == "octets") {
    to.corrupt.unit = link_model::corruption_unit::octets;
  } else if (parts.size() > 1 && parts[1] != "bits") {
    throw usage_error{fmt::format("'{}': either bits or octets", parts[1])};
  }
  if (parts.size() > 2) to.corrupt.damage_max = to_number<std::uint32_t>(parts[2], "a number");
}

void set_rate(impairments& to, const std::string& text) {
  to.rate.bits_per_second = or_usage_error(cli::parse_rate(text));
}

// The unit says what is limited: none: packets; of a size: octets; of a duration: the wait.
void set_queue(impairments& to, const std::string& text) {
  to.rate.queue_packets = 0;
  to.rate.queue_bytes = 0;
  to.rate.queue_time = {};
  for (const std::string& each : split(text)) {
    if (each.find_first_not_of("0123456789") == std::string::npos) {
      to.rate.queue_packets = to_number<std::uint32_t>(each, "a number of packets");
    } else if (const auto size = cli::parse_size(each)) {
      to.rate.queue_bytes = *size;
    } else if (const auto wait = cli::parse_duration(each)) {
      to.rate.queue_time = *wait;
    } else {
      throw usage_error{fmt::format("'{}' is not a queue; write packets, a size or a time: 25, 64KiB, 100ms", each)};
    }
  }
}

void set_mtu(impairments& to, const std::string& text) {
  to.mtu = to_number<std::size_t>(text, "a number of octets");
  if (to.mtu < 68) throw usage_error{fmt::format("'{}': IP needs at least 68 octets (RFC 791)", text)};
}

// BEGIN[,FOR[,EVERY]]; without FOR it does not end.
blackout to_interval(const std::string& text) {
  const words parts = split(text, 1, 3, "BEGIN[,FOR[,EVERY]], such as 5s,2s,7s");
  blackout interval{.begin = to_duration(parts[0]), .length = duration::max(), .period = {}};
  if (parts.size() > 1) interval.length = to_duration(parts[1]);
  if (parts.size() > 2) interval.period = to_duration(parts[2]);
  return interval;
}

void add_blackout(impairments& to, const std::string& text) { to.blackouts.push_back(to_interval(text)); }
void add_udp_block(impairments& to, const std::string& text) { to.udp_blocked.push_back(to_interval(text)); }

constexpr std::array all{
    impairment_option{"delay", "TIME", "how long a packet is under way", "", set_delay},
    impairment_option{"jitter", "TIME[,exponential][,reorder]",
                      "delay on top, drawn for each packet: up to TIME, or exponential with that mean; "
                      "the order stays unless `reorder` is said",
                      "", set_jitter},
    impairment_option{"loss", "SHARE", "each packet is lost with that probability", "", set_loss},
    impairment_option{"bursts", "SHARE,PACKETS", "that share of packets is lost, in bursts of so many on average", "",
                      set_bursts},
    impairment_option{"fades", "SHARE,TIME", "that share of the time is dark, in periods of TIME on average", "",
                      set_fades},
    impairment_option{"reorder", "SHARE,TIME", "that share of packets comes TIME later than it would", "", set_reorder},
    impairment_option{"duplicate", "SHARE", "that share of packets comes twice", "", set_duplicate},
    impairment_option{"corrupt", "SHARE[,bits|octets[,MOST]]",
                      "that share of packets is damaged: 1 to MOST (3) bits, or octets in a row", "", set_corrupt},
    impairment_option{"rate", "RATE", "serialise at this rate: 64kbit, 10Mbit", "", set_rate},
    impairment_option{"queue", "LIMIT[,LIMIT]",
                      "what may wait for the rate, in packets, octets or time: 25, 64KiB, 100ms (1000 packets)", "",
                      set_queue},
    impairment_option{"mtu", "OCTETS", "drop longer packets, silently", "", set_mtu},
    impairment_option{"blackout", "BEGIN[,FOR[,EVERY]]", "lose everything from BEGIN on; may be given many times", "",
                      add_blackout},
    impairment_option{"block-udp", "BEGIN[,FOR[,EVERY]]", "let no UDP through; without a value: at all", "0",
                      add_udp_block},
};

}  // namespace

std::span<const impairment_option> impairment_options() { return all; }

}  // namespace tern::link_setting
