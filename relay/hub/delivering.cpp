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

std::optional<std::pair<client_key, log_position>> delivering::progress::last() const {
  const auto last = std::min_element(taken_.begin(), taken_.end(),
                                     [](const auto& one, const auto& other) { return one.second < other.second; });
  if (last == taken_.end()) return std::nullopt;
  return *last;
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
  const client_key& sender = core_.peers.find(from.peer)->key;
  if (bound.undelivered) log.waiting().remove(bound.undelivered->first, sender, from);
  if (!bound.undelivered) bound.undelivered = {position, position};
  bound.undelivered->first = std::min(bound.undelivered->first, position);
  bound.undelivered->last = std::max(bound.undelivered->last, position);
  log.waiting().add(bound.undelivered->first, sender, from);
}

void delivering::on_gone(const peer& sender, proto::lane_id lane, const binding& bound) {
  if (!bound.undelivered) return;
  core_.rooms.find(bound.log)->waiting().remove(bound.undelivered->first, sender.key, {sender.id, lane});
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
    log.waiting().add(bound.undelivered->first, to.key, {to.id, lane});
    tell(log);
  }
}

// Looks at those alone who are to be told something: many may wait for one who takes nothing.
void delivering::tell(room& log) {
  if (log.waiting().empty() || log.readers().size() > delivered_readers_max) return;
  const progress all = progress_of(log);
  const auto last = all.last();
  if (!last) return;
  const auto& [who, taken_by_all] = *last;
  std::vector<lane_of_peer> due;
  log.waiting().find_up_to(taken_by_all, due);
  // Whoever is last need not take their own: they are told what the others have.
  if (const auto taken_by_others = all.without(who)) log.waiting().find_up_to(*taken_by_others, who, due);
  for (const lane_of_peer& sender : due) tell(log, sender, all);
}

void delivering::tell(room& log, const lane_of_peer& sender, const progress& all) {
  const auto [to, bound] = core_.find(sender);
  if (!bound->undelivered) return;
  auto& [first, last] = *bound->undelivered;
  const auto delivered = all.without(to->key);
  if (!delivered || *delivered < first) return;
  log.waiting().remove(first, to->key, sender);
  if (to->replies_bytes >= core_.limits.peer_replies_bytes_max) {
    to->owes_receipts = true;
    return;
  }
  core_.reply(*to, sender.lane, chat::delivered{std::min(*delivered, last)});
  if (*delivered >= last) return bound->undelivered.reset();
  first = delivered->next();
  log.waiting().add(first, to->key, sender);
}

}  // namespace tern::relay
