// Sends numbered packets through a link at a steady pace and writes down what comes out.
#pragma once

#include "tools/link/model/link.hpp"

#include <vector>

namespace tern::link_model {

struct seen {
  std::uint64_t tag;
  proto::time_point at;
  proto::bytes octets;
  bool operator==(const seen&) const = default;
};

struct pace {
  std::uint64_t packets = 1;
  duration interval = std::chrono::milliseconds{1};
  std::size_t size = 100;
};

inline constexpr proto::time_point epoch{};

inline void drain(link& wire, proto::time_point now, std::vector<seen>& trace) {
  while (auto arrived = wire.poll(now)) {
    trace.push_back({arrived->content.tag, arrived->at, std::move(arrived->content.octets)});
  }
}

// Polls only when the link says so, as a driver would. The last packet is followed out.
inline std::vector<seen> run(link& wire, const pace& how, proto::time_point begin = epoch) {
  std::vector<seen> trace;
  const proto::bytes content(how.size, 0xa5);
  for (std::uint64_t i = 0; i < how.packets; ++i) {
    const auto now = begin + how.interval * static_cast<duration::rep>(i);
    while (wire.next_deadline() && *wire.next_deadline() <= now) drain(wire, *wire.next_deadline(), trace);
    wire.offer(now, content, i);
  }
  while (wire.next_deadline()) drain(wire, *wire.next_deadline(), trace);
  return trace;
}

inline std::vector<seen> run(const impairments& config, std::uint64_t seed, const pace& how) {
  link wire{config, seed, epoch};
  return run(wire, how);
}

}  // namespace tern::link_model
