// Counters that all differ, so that it shows what becomes of each.
#pragma once

#include "relay/server/counter_table.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <numeric>
#include <vector>

namespace tern::relay {

struct numbered_counters {
  // Its members count from `first` on, in their order.
  template <class Counters>
  static Counters numbered(std::uint64_t first) {
    std::array<std::uint64_t, sizeof(Counters) / sizeof(std::uint64_t)> values{};
    std::iota(values.begin(), values.end(), first);
    return std::bit_cast<Counters>(values);
  }

  hub_counters hub = numbered<hub_counters>(10'000);
  proto::endpoint_counters endpoint = numbered<proto::endpoint_counters>(20'000);
  udp::driver_counters sockets = numbered<udp::driver_counters>(30'000);
  text_counters text = numbered<text_counters>(40'000);

  shard_counters shard = numbered<shard_counters>(50'000);

  relay_counters all() const { return {hub, endpoint, sockets, text, shard}; }

  // What every member has.
  static std::vector<std::uint64_t> values() {
    std::vector<std::uint64_t> expected;
    const auto add = [&expected](std::uint64_t first, std::size_t bytes) {
      for (std::size_t i = 0; i < bytes / sizeof(std::uint64_t); ++i) expected.push_back(first + i);
    };
    add(10'000, sizeof(hub_counters));
    add(20'000, sizeof(proto::endpoint_counters));
    add(30'000, sizeof(udp::driver_counters));
    add(40'000, sizeof(text_counters));
    add(50'000, sizeof(shard_counters));
    return expected;
  }
};

}  // namespace tern::relay
