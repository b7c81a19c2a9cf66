#include "relay/hub/outbound.hpp"

#include <utility>

namespace tern::relay {

namespace {
// What early data gets for answer goes out together, so that REPLY can carry all of it.
bool is_held(const peer& to) { return to.blocked || (to.provisional && to.pending > 0); }
bool has_output(const peer& to) { return !is_held(to) && (!to.replies.empty() || !to.reader_turns.empty()); }
}  // namespace

void outbound::reply(peer& to, proto::lane_id lane, payload message) {
  to.replies_bytes += message->size();
  to.replies.push_back({to.id, lane, std::move(message)});
  schedule(to);
}

void outbound::on_reader_output(peer& to, proto::lane_id lane) {
  binding& bound = to.bindings.at(lane);
  if (bound.has_turn || !bound.subscription->has_output()) return;
  bound.has_turn = true;
  to.reader_turns.push_back(lane);
  schedule(to);
}

void outbound::forget_reader(peer& to, proto::lane_id lane) {
  binding& bound = to.bindings.at(lane);
  if (!bound.has_turn) return;
  bound.has_turn = false;
  std::erase(to.reader_turns, lane);
}

void outbound::on_blocked(peer& to, deliver unsent) {
  to.blocked = true;
  to.replies_bytes += unsent.message->size();
  to.replies.push_front(std::move(unsent));
}

void outbound::on_writable(peer& to) {
  to.blocked = false;
  schedule(to);
}

void outbound::on_validated(peer& to) { schedule(to); }

std::optional<deliver> outbound::poll() {
  while (!turns_.empty()) {
    const peer_id id = turns_.front();
    turns_.pop_front();
    peer* to = peers_.find(id);
    if (to == nullptr) continue;
    to->scheduled = false;
    if (!has_output(*to)) continue;
    deliver next = take(*to);
    schedule(*to);
    return next;
  }
  return std::nullopt;
}

void outbound::schedule(peer& to) {
  if (to.scheduled || !has_output(to)) return;
  to.scheduled = true;
  turns_.push_back(to.id);
}

// Precondition: there is output.
deliver outbound::take(peer& from) {
  if (!from.replies.empty()) {
    deliver next = std::move(from.replies.front());
    from.replies.pop_front();
    from.replies_bytes -= next.message->size();
    return next;
  }
  const proto::lane_id lane = from.reader_turns.front();
  from.reader_turns.pop_front();
  binding& bound = from.bindings.at(lane);
  deliver next{from.id, lane, bound.subscription->pop()};
  from.reader_bytes -= next.message->size();
  bound.has_turn = bound.subscription->has_output();
  if (bound.has_turn) from.reader_turns.push_back(lane);
  return next;
}

}  // namespace tern::relay
