// Bad links drawn from a seed, within the bounds of the promises that the simulations
// test, and a line that says what was drawn.
#pragma once

#include "proto/random.hpp"
#include "tools/link/model/impairments.hpp"

#include <cstdio>
#include <string>

namespace tern::sim {

inline link_model::impairments draw_bad_link(proto::random& source) {
  using std::chrono::milliseconds;
  const auto draw_milliseconds = [&](std::uint64_t low, std::uint64_t high) {
    return milliseconds{static_cast<std::int64_t>(source.between(low, high))};
  };
  link_model::impairments link;
  link.delay = draw_milliseconds(1, 100);
  link.loss = source.chance(0.7) ? source.uniform() * 0.3 : 0;
  if (source.chance(0.3)) link.packet_bursts = {source.uniform() * 0.1, 1.5 + source.uniform() * 4};
  link.duplicate = source.chance(0.5) ? source.uniform() * 0.3 : 0;
  if (source.chance(0.5)) link.reorder = {source.uniform() * 0.3, draw_milliseconds(1, 50)};
  if (source.chance(0.5))
    link.jitter = {draw_milliseconds(1, 200), link_model::jitter_shape::uniform, source.chance(0.5)};
  if (source.chance(0.3)) link.corrupt.probability = source.uniform() * 0.1;
  if (source.chance(0.4)) link.blackouts.push_back({draw_milliseconds(0, 8000), draw_milliseconds(100, 5000), {}});
  if (source.chance(0.3)) link.rate = {source.between(500'000, 20'000'000), 50, 0, {}};
  return link;
}

inline std::string describe(const link_model::impairments& link) {
  std::array<char, 256> text{};
  const auto milliseconds = [](proto::duration value) {
    return static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(value).count());
  };
  std::snprintf(
      text.data(), text.size(),
      "delay %lld ms, loss %.0f %%, bursts %.0f %%, duplicates %.0f %%, reordering %.0f %%, jitter %lld ms%s, "
      "corruption %.0f %%, blackout %lld ms, rate %.1f Mbit/s",
      milliseconds(link.delay), link.loss * 100, link.packet_bursts.loss * 100, link.duplicate * 100,
      link.reorder.probability * 100, milliseconds(link.jitter.extra), link.jitter.reorders ? " (reorders)" : "",
      link.corrupt.probability * 100, link.blackouts.empty() ? 0LL : milliseconds(link.blackouts.front().length),
      static_cast<double>(link.rate.bits_per_second) / 1e6);
  return text.data();
}

}  // namespace tern::sim
