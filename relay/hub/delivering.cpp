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

void delivering::on_taken(const peer& from, binding& bound, const chat::taken& op) {
  room& log = *core_.rooms.find(bound.log);
  // Nobody can have what is not there, and what was sent is what can be taken.
  if (!bound.subscription || op.position > log.head() || op.position <= bound.taken) return;
  bound.taken = op.position;
  if (log.is_inbox() || log.people().contains(from.key)) tell(log);
}

void delivering::on_committed(room& log, const lane_of_peer& from, binding& bound, log_position position) {
  if (!log.is_inbox() && log.readers().size() > delivered_readers_max) return;
  if (!bound.undelivered) {
    bound.undelivered = {position, position};
    log.add_waiting(from);
  }
  bound.undelivered->first = std::min(bound.undelivered->first, position);
  bound.undelivered->last = std::max(bound.undelivered->last, position);
}

delivering::progress delivering::progress_of(const room& log) {
  progress all;
  for (const lane_of_peer& reader : log.readers()) {
    const auto [who, bound] = core_.find(reader);
    // In a room those count who are present; an inbox has one reader, with several devices.
    if (log.is_inbox() || bound->announces) all.add(who->key, bound->taken);
  }
  return all;
}

// One receipt then says what several would have said.
void delivering::on_drained(peer& to) {
  if (!to.owes_receipts || to.replies_bytes >= core_.limits.peer_replies_bytes_max) return;
  to.owes_receipts = false;
  for (const auto& [lane, bound] : to.bindings) {
    if (bound.undelivered) tell(*core_.rooms.find(bound.log));
  }
}

void delivering::tell(room& log) {
  if (log.waiting().empty() || log.readers().size() > delivered_readers_max) return;
  const progress all = progress_of(log);
  std::vector<lane_of_peer> left;
  for (const lane_of_peer& sender : log.waiting()) {
    const auto [to, bound] = core_.find(sender);
    if (bound == nullptr || !bound->undelivered) continue;
    const auto delivered = all.without(to->key);
    const bool is_news = delivered && *delivered >= bound->undelivered->first;
    const bool has_room = to->replies_bytes < core_.limits.peer_replies_bytes_max;
    if (is_news && !has_room) to->owes_receipts = true;
    if (is_news && has_room) {
      core_.reply(*to, sender.lane, chat::delivered{std::min(*delivered, bound->undelivered->last)});
      if (*delivered >= bound->undelivered->last) {
        bound->undelivered.reset();
        continue;
      }
      bound->undelivered->first = delivered->next();
    }
    left.push_back(sender);
  }
  log.set_waiting(std::move(left));
}

}  // namespace tern::relay
