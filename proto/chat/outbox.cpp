#include "proto/chat/outbox.hpp"

#include <algorithm>
#include <utility>

#include "proto/error.hpp"

namespace tern::proto::chat {

tl::expected<std::uint64_t, std::error_code> outbox::add(destination to, body_kind kind, bytes body,
                                                         std::optional<time_point> deadline, time_point now) {
  if (messages_.size() >= limits_.messages_max || body_bytes_ + body.size() > limits_.bytes_max)
    return tl::unexpected(make_error_code(errc::queue_full));
  const time_point latest = now + limits_.life_max;
  body_bytes_ += body.size();
  outbox_message message{std::move(to), kind, std::move(body), deadline, std::min(deadline.value_or(latest), latest)};
  messages_.emplace_hint(messages_.end(), next_counter_, std::move(message));
  return next_counter_++;
}

std::optional<std::uint64_t> outbox::next_for(const destination& to) const {
  for (const auto& [counter, message] : messages_) {
    if (message.is_sent || message.to != to) continue;
    if (counter >= floor() + limits_.counters_ahead_max) return std::nullopt;
    return counter;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> outbox::oldest_for(const destination& to) const {
  for (const auto& [counter, message] : messages_)
    if (message.to == to) return counter;
  return std::nullopt;
}

const outbox_message* outbox::find(std::uint64_t counter) const {
  const auto found = messages_.find(counter);
  return found == messages_.end() ? nullptr : &found->second;
}

void outbox::mark_sent(std::uint64_t counter) {
  const auto found = messages_.find(counter);
  if (found == messages_.end()) return;
  found->second.is_sent = true;
  found->second.was_ever_sent = true;
}

void outbox::unsend_from(std::uint64_t counter) {
  const auto first = messages_.find(counter);
  if (first == messages_.end()) return;
  for (auto later = first; later != messages_.end(); ++later)
    if (later->second.to == first->second.to) later->second.is_sent = false;
}

void outbox::unsend_all() {
  for (auto& [counter, message] : messages_) message.is_sent = false;
}

std::optional<outbox_message> outbox::decide(std::uint64_t counter) {
  const auto found = messages_.find(counter);
  if (found == messages_.end()) return std::nullopt;
  outbox_message message = std::move(found->second);
  body_bytes_ -= message.body.size();
  messages_.erase(found);
  return message;
}

std::vector<std::pair<std::uint64_t, outbox_message>> outbox::expire(time_point now) {
  std::vector<std::uint64_t> overdue;
  for (const auto& [counter, message] : messages_)
    if (message.deadline <= now) overdue.push_back(counter);
  std::vector<std::pair<std::uint64_t, outbox_message>> expired;
  for (const std::uint64_t counter : overdue) expired.emplace_back(counter, *decide(counter));
  return expired;
}

std::optional<time_point> outbox::next_deadline() const {
  std::optional<time_point> earliest;
  for (const auto& [counter, message] : messages_)
    if (!earliest || message.deadline < *earliest) earliest = message.deadline;
  return earliest;
}

}  // namespace tern::proto::chat
