#include "tools/link/model/link.hpp"

#include "tools/link/model/corruption.hpp"

#include <algorithm>
#include <utility>

namespace tern::link_model {

link::link(const impairments& config, std::uint64_t seed, proto::time_point start)
    : config_{config},
      seeds_{seed},
      loss_source_{seeds_.fork()},
      duplicate_source_{seeds_.fork()},
      corrupt_source_{seeds_.fork()},
      packet_bursts_{config.packet_bursts, seeds_.fork()},
      timed_bursts_{config.timed_bursts, seeds_.fork(), start},
      blackouts_{config.blackouts, start},
      udp_block_{config.udp_blocked, start},
      bottleneck_{config.rate, config.header_bytes},
      delay_line_{config, seeds_.fork()} {}

void link::offer(proto::time_point now, proto::byte_view octets, std::uint64_t tag) {
  offer(now, packet{{octets.begin(), octets.end()}, tag});
}

void link::offer(proto::time_point now, packet content) {
  advance(now);
  ++counters_.offered;
  counters_.offered_bytes += content.octets.size();
  admit(now, std::move(content));
  advance(now);
}

void link::admit(proto::time_point now, packet&& content) {
  const std::size_t size = content.octets.size();
  if (content.is_udp && (udp_blocked_ || udp_block_.covers(now))) {
    ++counters_.udp_blocked;
  } else if (config_.mtu > 0 && size + config_.header_bytes > config_.mtu) {
    ++counters_.mtu_dropped;
  } else if (held_bytes() + size > config_.held_bytes_max) {
    ++counters_.overflowed;
  } else if (!bottleneck_.offer(now, std::move(content))) {
    ++counters_.queue_dropped;
  }
}

std::optional<timed_packet> link::poll(proto::time_point now) {
  advance(now);
  auto arrival = delay_line_.poll(now);
  if (!arrival) return std::nullopt;
  ++counters_.delivered;
  counters_.delivered_bytes += arrival->arrived.content.octets.size();
  if (arrival->overtaken) ++counters_.overtaken;
  return std::move(arrival->arrived);
}

std::optional<proto::time_point> link::next_deadline() const {
  auto deadline = delay_line_.next_arrival();
  if (const auto departure = bottleneck_.next_departure()) {
    const auto arrival = delay_line_.earliest_arrival(*departure);
    deadline = deadline ? std::min(*deadline, arrival) : arrival;
  }
  return deadline;
}

void link::set_impairments(proto::time_point now, const impairments& config) {
  advance(now);
  config_ = config;
  packet_bursts_ = {config.packet_bursts, seeds_.fork()};
  timed_bursts_ = {config.timed_bursts, seeds_.fork(), now};
  blackouts_ = {config.blackouts, now};
  udp_block_ = {config.udp_blocked, now};
  bottleneck_.set_limit(config.rate, config.header_bytes);
  delay_line_.set_config(config);
}

void link::set_blocked(proto::time_point now, bool blocked) {
  advance(now);
  blocked_ = blocked;
}

void link::set_udp_blocked(proto::time_point now, bool blocked) {
  advance(now);
  udp_blocked_ = blocked;
}

void link::advance(proto::time_point now) {
  while (auto departed = bottleneck_.poll(now)) depart(std::move(*departed));
}

void link::depart(timed_packet&& departed) {
  if (!survives(departed.at)) return;
  if (duplicate_source_.chance(config_.duplicate)) {
    if (held_bytes() + 2 * departed.content.octets.size() <= config_.held_bytes_max) {
      ++counters_.duplicated;
      launch(departed.at, packet{departed.content}, false);
      launch(departed.at, std::move(departed.content), true);
      return;
    }
  }
  launch(departed.at, std::move(departed.content), false);
}

bool link::survives(proto::time_point departure) {
  if (blocked_ || blackouts_.covers(departure)) {
    ++counters_.blacked_out;
    return false;
  }
  const bool in_packet_burst = packet_bursts_.next_is_lost();
  const bool in_timed_burst = timed_bursts_.bad_at(departure);
  const bool lost = loss_source_.chance(config_.loss);
  if (in_packet_burst || in_timed_burst) {
    ++counters_.burst_lost;
  } else if (lost) {
    ++counters_.lost;
  }
  return !in_packet_burst && !in_timed_burst && !lost;
}

void link::launch(proto::time_point departure, packet&& content, bool is_copy) {
  if (corrupt_source_.chance(config_.corrupt.probability) && !content.octets.empty()) {
    corrupt(content.octets, config_.corrupt, corrupt_source_);
    ++counters_.corrupted;
  }
  if (delay_line_.send(departure, std::move(content), is_copy)) ++counters_.reordered;
}

}  // namespace tern::link_model
