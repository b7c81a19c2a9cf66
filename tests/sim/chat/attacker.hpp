// Someone on the path who records datagrams on their way to the relay and sends them again
// later from an address of their own.
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "proto/random.hpp"
#include "proto/time.hpp"

#include <map>
#include <optional>
#include <utility>

namespace tern::sim {

class attacker {
 public:
  explicit attacker(std::uint64_t seed) : source_(seed) {}

  void on_datagram(proto::time_point now, proto::byte_view datagram) {
    // The large ones are what begins a connection.
    const bool is_wanted = source_.chance(datagram.size() >= 1200 ? 0.3 : 0.01);
    if (!is_wanted || planned_.size() >= planned_max) return;
    for (auto times = source_.between(1, 3); times > 0; --times) {
      const std::chrono::milliseconds later{static_cast<std::int64_t>(source_.between(1, 8'000))};
      planned_.emplace(now + later, proto::bytes{datagram.begin(), datagram.end()});
    }
  }
  std::optional<proto::time_point> next_deadline() const {
    return planned_.empty() ? std::nullopt : std::optional{planned_.begin()->first};
  }
  std::optional<proto::bytes> poll(proto::time_point now) {
    if (planned_.empty() || planned_.begin()->first > now) return std::nullopt;
    return std::move(planned_.extract(planned_.begin()).mapped());
  }
  proto::path draw_path() {
    return {proto::address::v4(10, 0, 9, 9, static_cast<std::uint16_t>(source_.between(1024, 65'000))), 0};
  }

 private:
  static constexpr std::size_t planned_max = 100;
  proto::random source_;
  std::multimap<proto::time_point, proto::bytes> planned_;
};

}  // namespace tern::sim
