#include "proto/chat/outbox.hpp"

#include <algorithm>
#include <cassert>

namespace tern::proto::chat {

namespace {
// A relay that names no time gets this long.
constexpr duration retry_after_min = std::chrono::milliseconds{100};
}  // namespace

void outbox::add(said_message message) {
  // A given id stands for one message: whoever says it again says that one again.
  message.counter = next_counter_;
  if (!is_given_) ++next_counter_;
  entries_.push_back({std::move(message)});
}

void outbox::take_over(said_message message) {
  assert(message.counter >= next_counter_);
  next_counter_ = message.counter + 1;
  message.was_sent = true;
  message.unanswered = 1;
  entries_.push_back({std::move(message)});
}

std::uint64_t outbox::floor() const {
  const std::uint64_t undecided = entries_.empty() ? next_counter_ : entries_.front().message.counter;
  return forgetting_.empty() ? undecided : std::min(undecided, forgetting_.begin()->first);
}

void outbox::on_kept(std::uint64_t change) {
  kept_ = change;
  std::erase_if(forgetting_, [change](const auto& each) { return each.second <= change; });
}

const said_message* outbox::next() {
  if (held_until_ || waits_for_ > kept_) return nullptr;
  // Under a given id all have one counter: an answer must not be taken for another's.
  if (is_given_ && in_flight_ > 0) return nullptr;
  skip_conflicted();
  if (sent_ == entries_.size() || in_flight_ >= window_.size()) return nullptr;
  const said_message& message = entries_[sent_].message;
  if (message.change > kept_ || message.counter - floor() > counters_ahead_max) return nullptr;
  // While one is in conflict only what the old id may have brought along is asked about.
  if (conflicted_ > 0 && !message.was_sent) return nullptr;
  return &message;
}

void outbox::skip_conflicted() {
  while (sent_ < entries_.size() && entries_[sent_].at == phase::conflicted) ++sent_;
}

void outbox::on_sent() {
  entry& going = entries_[sent_++];
  going.at = phase::in_flight;
  going.message.was_sent = true;
  ++going.message.unanswered;
  ++in_flight_;
}

std::optional<said_message> outbox::on_committed(std::uint64_t counter) {
  const auto found = find(counter);
  if (found == entries_.end()) return std::nullopt;
  window_.on_committed();
  renewals_ = 0;
  return remove(found);
}

std::optional<said_message> outbox::on_refused_for_good(std::uint64_t counter) {
  const auto found = find(counter);
  if (found == entries_.end()) return std::nullopt;
  return remove(found);
}

const said_message* outbox::on_refused_for_now(std::uint64_t counter, duration retry_after, time_point now) {
  const auto found = find(counter);
  if (found == entries_.end() || found->at != phase::in_flight) return nullptr;
  settle(*found, phase::refused);
  --found->message.unanswered;
  hold(retry_after, now);
  return &found->message;
}

std::optional<said_message> outbox::on_conflict(std::uint64_t counter) {
  const auto found = find(counter);
  if (found == entries_.end() || found->at != phase::in_flight) return std::nullopt;
  if (is_given_ || renewals_ == renewals_max) return remove(found);
  settle(*found, phase::conflicted);
  found->message.unanswered = 0;  // another message has its number: none of its copies is taken
  ++conflicted_;
  return std::nullopt;
}

void outbox::hold(duration retry_after, time_point now) {
  // What was refused only because it came behind another names no time: that of the first one counts.
  if (!held_until_) {
    window_.on_refused();
    if (retry_after <= duration{0}) retry_after = retry_after_min;
  }
  held_until_ = std::max(held_until_.value_or(now), now + retry_after);
}

bool outbox::wants_new_id() const {
  return conflicted_ > 0 && std::ranges::none_of(entries_, [](const entry& each) {
           return each.message.was_sent && each.at != phase::conflicted;
         });
}

void outbox::renew(const outbox_id& id) {
  assert(wants_new_id());
  id_ = id;
  ++renewals_;
  conflicted_ = 0;
  for (entry& each : entries_) {
    each.at = phase::waiting;
    each.message.was_sent = false;
  }
  sent_ = 0;
}

void outbox::on_connection_lost() {
  in_flight_ = 0;
  restart();
}

std::optional<said_message> outbox::give_up(message_id id) {
  const auto found = std::ranges::find(entries_, id, [](const entry& each) { return each.message.id; });
  if (found == entries_.end()) return std::nullopt;
  return remove(found);
}

std::deque<said_message> outbox::take_all() {
  std::deque<said_message> all;
  while (!entries_.empty()) all.push_back(remove(entries_.begin()));
  held_until_.reset();
  return all;
}

bool outbox::resume(time_point now) {
  // An answer that is still under way belongs to the attempt that was refused.
  if (!held_until_ || in_flight_ > 0 || now < *held_until_) return false;
  held_until_.reset();
  restart();
  return true;
}

std::optional<time_point> outbox::next_deadline() const {
  return in_flight_ > 0 || entries_.empty() ? std::nullopt : held_until_;
}

outbox::iterator outbox::find(std::uint64_t counter) {
  const auto found =
      std::ranges::lower_bound(entries_, counter, {}, [](const entry& each) { return each.message.counter; });
  return found != entries_.end() && found->message.counter == counter ? found : entries_.end();
}

said_message outbox::remove(const iterator& position) {
  const auto index = static_cast<std::size_t>(position - entries_.begin());
  if (position->at == phase::conflicted) --conflicted_;
  settle(*position, phase::waiting);
  if (index < sent_) --sent_;
  said_message message = std::move(position->message);
  entries_.erase(position);
  return message;
}

void outbox::settle(entry& answered, phase now_at) {
  if (answered.at == phase::in_flight) --in_flight_;
  answered.at = now_at;
}

void outbox::restart() {
  for (entry& each : entries_) {
    if (each.at != phase::conflicted) each.at = phase::waiting;
  }
  sent_ = 0;
}

}  // namespace tern::proto::chat
