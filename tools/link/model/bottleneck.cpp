#include "tools/link/model/bottleneck.hpp"

#include <algorithm>
#include <utility>

namespace tern::link_model {

bottleneck::bottleneck(const rate_limit& limit, std::size_t header_bytes)
    : limit_{limit}, header_bytes_{header_bytes} {}

void bottleneck::set_limit(const rate_limit& limit, std::size_t header_bytes) {
  limit_ = limit;
  header_bytes_ = header_bytes;
}

bool bottleneck::offer(proto::time_point now, packet&& content) {
  const std::size_t size = content.octets.size() + header_bytes_;
  if (!has_room(now, size)) return false;
  idle_at_ = std::max(now, idle_at_) + serialisation(size);
  octets_ += content.octets.size();
  queue_.push_back({std::move(content), idle_at_});
  return true;
}

std::optional<timed_packet> bottleneck::poll(proto::time_point now) {
  if (queue_.empty() || queue_.front().at > now) return std::nullopt;
  timed_packet departed = std::move(queue_.front());
  queue_.pop_front();
  octets_ -= departed.content.octets.size();
  return departed;
}

std::optional<proto::time_point> bottleneck::next_departure() const {
  if (queue_.empty()) return std::nullopt;
  return queue_.front().at;
}

bool bottleneck::has_room(proto::time_point now, std::size_t size) const {
  if (queue_.empty()) return true;  // goes straight to the wire
  const std::size_t waiting = queue_.size() - 1;
  const std::size_t waiting_bytes = octets_ - queue_.front().content.octets.size() + waiting * header_bytes_;
  if (limit_.queue_packets > 0 && waiting >= limit_.queue_packets) return false;
  if (limit_.queue_bytes > 0 && waiting_bytes + size > limit_.queue_bytes) return false;
  return limit_.queue_time == duration{} || idle_at_ - now <= limit_.queue_time;
}

duration bottleneck::serialisation(std::size_t size) const {
  if (limit_.bits_per_second == 0) return duration{};
  // Packets have at most 64 KiB, so the product stays far below 2^64.
  const std::uint64_t bit_nanoseconds = std::uint64_t{size} * 8 * 1'000'000'000;
  return duration{static_cast<duration::rep>(bit_nanoseconds / limit_.bits_per_second)};
}

}  // namespace tern::link_model
