#include "relay/hub/delivering.hpp"

#include <algorithm>

namespace tern::relay {

void delivering::progress::add(const client_key& key, log_position taken) {
  log_position& known = taken_[key];
  known = std::max(known, taken);
}

std::optional<log_position> delivering::progress::without(const client_key& sender) const {
  std::optional<log_position> least;
  for (const auto& [key, taken] : taken_) {
    if (key != sender && (!least || taken < *least)) least = taken;
  }
  return least;
}

std::optional<log_position> delivering::progress::of_all() const {
  const auto last = std::min_element(taken_.begin(), taken_.end(),
                                     [](const auto& one, const auto& other) { return one.second < other.second; });
  return last == taken_.end() ? std::nullopt : std::optional{last->second};
}

void delivering::on_taken(const peer& from, binding& bound, const chat::taken& op) {
  room& log = *core_.rooms.find(bound.log);
  // Nobody can have what is not there, and what was sent is what can be taken.
  if (!bound.subscription || op.position > log.head() || op.position <= bound.taken) return;
  bound.taken = op.position;
  if (log.is_inbox() || log.people().contains(from.key)) tell(log);
}

void delivering::on_committed(room& log, const lane_of_peer& from, binding& bound, log_position position) {
  if (!log.is_inbox() && log.readers().size() > delivered_readers_max) return;
  if (bound.undelivered) log.waiting().erase({bound.undelivered->first, from});
  if (!bound.undelivered) bound.undelivered = {position, position};
  bound.undelivered->first = std::min(bound.undelivered->first, position);
  bound.undelivered->last = std::max(bound.undelivered->last, position);
  log.waiting().emplace(bound.undelivered->first, from);
}

void delivering::on_gone(const lane_of_peer& sender, const binding& bound) {
  if (bound.undelivered) core_.rooms.find(bound.log)->waiting().erase({bound.undelivered->first, sender});
}

delivering::progress delivering::progress_of(const room& log) {
  progress all;
  for (const lane_of_peer& reader : log.readers()) {
    const auto [who, bound] = core_.find(reader);
    if (counts(log, *bound)) all.add(who->key, bound->taken);
  }
  return all;
}

// One receipt then says what several would have said.
void delivering::on_drained(peer& to) {
  if (!to.owes_receipts || to.replies_bytes >= core_.limits.peer_replies_bytes_max) return;
  to.owes_receipts = false;
  for (const auto& [lane, bound] : to.bindings) {
    if (!bound.undelivered) continue;
    room& log = *core_.rooms.find(bound.log);
    log.waiting().emplace(bound.undelivered->first, lane_of_peer{to.id, lane});
    tell(log);
  }
}

// Looks at those alone who are to be told something: many may wait for one who takes nothing.
void delivering::tell(room& log) {
  if (log.waiting().empty() || log.readers().size() > delivered_readers_max) return;
  const progress all = progress_of(log);
  const auto taken_by_all = all.of_all();
  if (!taken_by_all) return;
  std::vector<lane_of_peer> due;
  for (const auto& [first, sender] : log.waiting()) {
    if (first > *taken_by_all) break;
    due.push_back(sender);
  }
  // Whoever is last need not take their own: they are told what the others have.
  for (const lane_of_peer& reader : log.readers()) {
    const auto [who, bound] = core_.find(reader);
    if (counts(log, *bound) && all.of(who->key) == *taken_by_all) due.push_back(reader);
  }
  for (const lane_of_peer& sender : due) tell(log, sender, all);
}

void delivering::tell(room& log, const lane_of_peer& sender, const progress& all) {
  const auto [to, bound] = core_.find(sender);
  if (!bound->undelivered) return;
  auto& [first, last] = *bound->undelivered;
  const auto delivered = all.without(to->key);
  if (!delivered || *delivered < first) return;
  log.waiting().erase({first, sender});
  if (to->replies_bytes >= core_.limits.peer_replies_bytes_max) {
    to->owes_receipts = true;
    return;
  }
  core_.reply(*to, sender.lane, chat::delivered{std::min(*delivered, last)});
  if (*delivered >= last) return bound->undelivered.reset();
  first = delivered->next();
  log.waiting().emplace(first, sender);
}

}  // namespace tern::relay
