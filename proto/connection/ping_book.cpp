#include "proto/connection/ping_book.hpp"

#include <algorithm>
#include <utility>

namespace tern::proto {

byte_array<8> ping_octets(ping_id id) {
  byte_array<8> octets{};
  for (std::size_t i = octets.size(); i-- > 0; id.value >>= 8U) octets[i] = static_cast<std::uint8_t>(id.value);
  return octets;
}

ping_id ping_id_of(const byte_array<8>& octets) {
  ping_id id;
  for (const std::uint8_t octet : octets) id.value = id.value << 8U | octet;
  return id;
}

bool ping_book::ask(ping_id id) {
  if (due_.size() >= due_max) return false;
  due_.push_back(id);
  return true;
}

void ping_book::on_sent(time_point now) {
  if (unanswered_.size() == unanswered_max) unanswered_.pop_front();
  unanswered_.push_back({due_.front(), now});
  due_.pop_front();
}

std::deque<ping_book::entry>::iterator ping_book::find(ping_id id) {
  return std::find_if(unanswered_.begin(), unanswered_.end(), [id](const entry& one) { return one.id == id; });
}

bool ping_book::on_acked(ping_id id) {
  const auto found = find(id);
  return found != unanswered_.end() && !std::exchange(found->has_reached, true);
}

bool ping_book::on_lost(ping_id id) {
  const auto found = find(id);
  return found != unanswered_.end() && !found->has_reached;
}

std::optional<duration> ping_book::on_pong(time_point now, ping_id id) {
  const auto found = find(id);
  if (found == unanswered_.end()) return std::nullopt;
  const duration took = now - found->sent_at;
  unanswered_.erase(found);
  return took;
}

}  // namespace tern::proto
