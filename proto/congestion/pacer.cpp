#include "proto/congestion/pacer.hpp"

#include <algorithm>

namespace tern::proto {
namespace {

using seconds = std::chrono::duration<double>;

constexpr std::uint64_t burst_packets = 10;  // the initial window: RFC 9002 section 7.7
constexpr std::uint64_t burst_bytes_max = 1U << 20U;
constexpr std::uint64_t reserve_packets = 4;
constexpr std::uint64_t bursts_per_second = 1'000;  // at high rates a burst is 1 ms
constexpr std::uint64_t trains_per_second = 4'000;  // and a wake-up's worth 250 us
constexpr std::uint64_t initial_rate_divisor = 3;   // the initial window in the initial RTT

}  // namespace

pacer::pacer(std::uint64_t datagram_bytes)
    : datagram_bytes_(datagram_bytes),
      rate_(datagram_bytes * burst_packets * initial_rate_divisor),
      tokens_(static_cast<double>(burst_bytes())) {}

std::uint64_t pacer::burst_bytes() const {
  return std::max(datagram_bytes_ * burst_packets, std::min(rate_ / bursts_per_second, burst_bytes_max));
}

std::uint64_t pacer::reserve_bytes() const { return datagram_bytes_ * reserve_packets; }

double pacer::tokens_at(time_point now) const {
  const double earned = std::chrono::duration_cast<seconds>(now - updated_at_).count() * static_cast<double>(rate_);
  return std::min(tokens_ + earned, static_cast<double>(burst_bytes()));
}

void pacer::set_rate(time_point now, std::uint64_t bytes_per_second) {
  tokens_ = tokens_at(now);
  updated_at_ = now;
  rate_ = std::max<std::uint64_t>(bytes_per_second, 1);
}

void pacer::set_datagram_bytes(std::uint64_t size) { datagram_bytes_ = size; }

bool pacer::may_send(time_point now, std::uint64_t size) const { return tokens_at(now) >= static_cast<double>(size); }

bool pacer::may_send_interactive(time_point now, std::uint64_t size) const {
  return tokens_at(now) + static_cast<double>(reserve_bytes()) >= static_cast<double>(size);
}

time_point pacer::when(time_point now, double tokens) const {
  const double missing = tokens - tokens_at(now);
  if (missing <= 0) return now;
  // One more nanosecond than computed, so that rounding never asks too early.
  return now + std::chrono::duration_cast<duration>(seconds{missing / static_cast<double>(rate_)}) + duration{1};
}

time_point pacer::next(time_point now, std::uint64_t size) const {
  const std::uint64_t train = std::min(rate_ / trains_per_second, burst_bytes() / 2);
  return when(now, static_cast<double>(std::max(size, train)));
}

time_point pacer::next_interactive(time_point now, std::uint64_t size) const {
  return when(now, static_cast<double>(size) - static_cast<double>(reserve_bytes()));
}

void pacer::on_sent(time_point now, std::uint64_t size) {
  // What left beyond the reserve (probes, a shrunken rate) is forgiven, not saved up.
  tokens_ = std::max(tokens_at(now) - static_cast<double>(size), -static_cast<double>(reserve_bytes()));
  updated_at_ = now;
}

}  // namespace tern::proto
