#include "relay/server/text_gateway.hpp"

#include <algorithm>

namespace tern::relay {

namespace {

const std::string default_room{commons};

}  // namespace

text_gateway::text_gateway(hub& hub, const text_limits& limits, proto::entropy& entropy, event_log& log,
                           surroundings around)
    : hub_(hub),
      entropy_(entropy),
      log_(log),
      around_(std::move(around)),
      visitors_(limits, proto::keyed_hash{entropy.draw<16>()}, counters_) {}

tl::expected<peer_id, std::string> text_gateway::enter(const proto::address& from, change_function on_change,
                                                       proto::time_point now) {
  if (is_draining_) return tl::unexpected<std::string>("the relay is shutting down");
  if (const auto why = visitors_.enter(from, now)) return tl::unexpected(std::string{*why});
  const peer_id visitor = last_peer_ = last_peer_.next();
  const client_key key = hub_.on_text_connected(visitor, from.limit_prefix(), now);
  const text_visitor who{key, guest_name(key), from.to_string()};
  visit& at = visits_
                  .emplace(visitor, visit{.from = from,
                                          .session = {who, visitors_.limits(), counters_, entropy_},
                                          .on_change = std::move(on_change)})
                  .first->second;
  log_.debug("text-visitor", {{"peer", std::to_string(visitor.value)}, {"address", who.address}});
  at.session.start(default_room, now, around_.wall());
  after_change(visitor, at, now);
  return visitor;
}

text_gateway::visit* text_gateway::find(peer_id visitor) {
  const auto found = visits_.find(visitor);
  return found == visits_.end() ? nullptr : &found->second;
}

const text_gateway::visit* text_gateway::find(peer_id visitor) const {
  const auto found = visits_.find(visitor);
  return found == visits_.end() ? nullptr : &found->second;
}

void text_gateway::on_bytes(peer_id visitor, proto::byte_view input, proto::time_point now) {
  visit* at = find(visitor);
  if (at == nullptr) return;
  at->session.on_bytes(input, now);
  after_change(visitor, *at, now);
}

void text_gateway::on_end(peer_id visitor, proto::time_point now) {
  visit* at = find(visitor);
  if (at == nullptr) return;
  at->session.on_end(now);
  after_change(visitor, *at, now);
}

void text_gateway::leave(peer_id visitor, proto::time_point now) {
  const auto found = visits_.find(visitor);
  if (found == visits_.end()) return;
  visit& gone = found->second;
  if (gone.due) deadlines_.erase({*gone.due, visitor});
  visitors_.leave(gone.from, now);
  visits_.erase(found);
  hub_.on_disconnected(visitor, now);
  log_.debug("text-visitor-left", {{"peer", std::to_string(visitor.value)}});
  around_.wake();
}

bool text_gateway::takes_input(peer_id visitor) const {
  const visit* at = find(visitor);
  return at != nullptr && !is_draining_ && at->session.takes_input();
}

bool text_gateway::is_done(peer_id visitor) const {
  const visit* at = find(visitor);
  return at == nullptr || at->session.is_done();
}

std::string text_gateway::take_output(peer_id visitor, proto::time_point now) {
  visit* at = find(visitor);
  if (at == nullptr) return {};
  std::string taken = at->session.take_output(now);
  if (at->is_blocked && at->session.takes_messages()) {
    at->is_blocked = false;
    hub_.on_writable(visitor);
    around_.wake();
  }
  if (taken.empty()) {
    schedule(visitor, *at);
  } else {
    after_change(visitor, *at, now);
  }
  return taken;
}

bool text_gateway::deliver(const tern::relay::deliver& message, proto::time_point now) {
  if (message.peer == one_shot_peer) {
    if (one_shots_) one_shots_->on_message(message.lane, *message.message, now);
    pump_one_shots(now);
    return true;
  }
  visit* at = find(message.peer);
  if (at == nullptr) return true;
  if (!at->session.takes_messages()) {
    at->is_blocked = true;
    return false;
  }
  at->session.on_message(message.lane, *message.message, now);
  after_change(message.peer, *at, now);
  return true;
}

void text_gateway::resume(peer_id peer, proto::time_point now) {
  if (peer == one_shot_peer) return pump_one_shots(now);
  if (visit* at = find(peer)) after_change(peer, *at, now);
}

void text_gateway::dismiss(peer_id peer, std::string_view reason) {
  visit* at = find(peer);
  if (at == nullptr) return;
  at->session.on_dismissed(reason);
  schedule(peer, *at);
  at->on_change();
}

void text_gateway::dismiss_all(std::string_view reason) {
  for (auto& [peer, at] : visits_) {
    at.session.on_dismissed(reason);
    at.on_change();
  }
}

void text_gateway::after_change(peer_id visitor, visit& at, proto::time_point now) {
  pump(visitor, at, now);
  schedule(visitor, at);
  at.on_change();
}

void text_gateway::pump(peer_id visitor, visit& at, proto::time_point now) {
  if (at.resumes_at && *at.resumes_at > now) return;
  at.resumes_at.reset();
  while (!is_draining_ && hub_.takes_input(visitor)) {
    auto wish = at.session.poll_send(now);
    if (!wish) return;
    const bool is_message = wish->said.value != 0;
    const auto wait = is_message ? visitors_.take_message(at.from, now) : proto::duration{0};
    if (wait.count() > 0) {
      at.session.put_back(std::move(*wish));
      at.resumes_at = now + wait;
      return;
    }
    hand_over(visitor, std::move(*wish), now);
  }
}

void text_gateway::hand_over(peer_id from, proto::chat::session_send wish, proto::time_point now) {
  hub_.on_message(from, wish.lane, wish.payload, now, around_.wall());
  around_.wake();
}

void text_gateway::schedule(peer_id visitor, visit& at) {
  auto due = at.session.next_deadline();
  if (at.resumes_at && (!due || *at.resumes_at < *due)) due = at.resumes_at;
  if (due == at.due) return;
  if (at.due) deadlines_.erase({*at.due, visitor});
  if (due) deadlines_.insert({*due, visitor});
  at.due = due;
}

void text_gateway::on_timeout(proto::time_point now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const peer_id visitor = deadlines_.begin()->second;
    deadlines_.erase(deadlines_.begin());
    visit& at = *find(visitor);
    at.due.reset();
    at.session.on_timeout(now);
    after_change(visitor, at, now);
  }
  if (!one_shots_) return;
  if (const auto due = one_shots_->next_deadline(); due && *due <= now) {
    one_shots_->on_timeout(now);
    pump_one_shots(now);
  }
}

std::optional<proto::time_point> text_gateway::next_deadline() const {
  auto due = one_shots_ ? one_shots_->next_deadline() : std::nullopt;
  if (!deadlines_.empty() && (!due || deadlines_.begin()->first < *due)) due = deadlines_.begin()->first;
  return due;
}

void text_gateway::on_datagram(proto::byte_view datagram, answer_function answer, proto::time_point now) {
  if (is_draining_ || !one_shots_) return;
  const auto taken = one_shots_->on_datagram(datagram, now);
  if (!taken) return answer(taken.error());
  unanswered_.emplace(*taken, std::move(answer));
  pump_one_shots(now);
}

void text_gateway::start(proto::time_point now) {
  const client_key key = hub_.on_text_connected(one_shot_peer, std::nullopt, now);
  one_shots_.emplace(key, visitors_.limits(), counters_, entropy_);
  one_shots_->start(default_room, now, around_.wall());
  pump_one_shots(now);
}

void text_gateway::pump_one_shots(proto::time_point now) {
  if (!one_shots_) return;
  while (!is_draining_ && hub_.takes_input(one_shot_peer)) {
    auto wish = one_shots_->poll_send(now);
    if (!wish) break;
    hand_over(one_shot_peer, std::move(*wish), now);
  }
  while (auto answer = one_shots_->poll_answer()) {
    const auto waiting = unanswered_.extract(answer->to);
    if (waiting) waiting.mapped()(std::move(answer->text));
  }
}

}  // namespace tern::relay
