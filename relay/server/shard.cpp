#include "relay/server/shard.hpp"

#include "proto/seal/base64url.hpp"

#include <utility>

namespace tern::relay {

namespace {

using proto::connection_handle;

// How long a shutdown waits for the store, and then for clients to hear of it.
constexpr std::chrono::seconds store_patience{2};
constexpr std::chrono::seconds client_patience{1};
// A connection that the hub ends may still hand over what it was told before.
constexpr std::chrono::seconds farewell{1};

// The same connection by the hub's name for it.
peer_id peer_of(connection_handle connection) { return peer_id{connection.value}; }
connection_handle connection_of(peer_id peer) { return connection_handle{peer.value}; }

std::string short_key(const proto::identity_key& key) { return proto::to_base64url(key.octets).substr(0, 8); }

std::string_view to_string(proto::closed::cause how) {
  switch (how) {
    case proto::closed::cause::by_us:
      return "relay";
    case proto::closed::cause::by_peer:
      return "client";
    case proto::closed::cause::idle:
      return "silence";
    case proto::closed::cause::broken:
      return "broken stream";
    case proto::closed::cause::never_answered:
    case proto::closed::cause::reset:  // no relay is told
      break;
  }
  return "no handshake";
}

}  // namespace

shard::shard(proto::endpoint& endpoint, hub& hub, shard_surroundings around, event_log& log)
    : endpoint_(endpoint), hub_(hub), around_(std::move(around)), log_(log), limits_(log) {}

address_prefix shard::origin_of(connection_handle connection) const {
  return endpoint_.current_path(connection).value_or(proto::path{}).remote.limit_prefix();
}

void shard::on_event(proto::time_point now, proto::endpoint_event event) {
  std::visit([&](const auto& known) { on(now, known); }, event);
}

void shard::on(proto::time_point now, const proto::accepted& event) {
  connections_.insert(event.connection);
  if (event.provisional) provisional_.insert(event.connection);
  if (draining_) {
    endpoint_.close(event.connection, draining_->code, draining_->reason, now, proto::duration{0});
    return;
  }
  if (!is_let_in(event)) return turn_away(event, now);
  log_.debug("accepted", {{"connection", std::to_string(event.connection.value)},
                          {"key", short_key(event.client)},
                          {"provisional", event.provisional ? "yes" : "no"}});
  hub_.on_connected(peer_of(event.connection), event.client.octets, event.provisional, origin_of(event.connection),
                    now);
  if (event.early) take_early(event.connection, now);
}

bool shard::is_let_in(const proto::accepted& event) const {
  const auto by = endpoint_.invited_by(event.connection);
  return !by || !around_.lets_in || around_.lets_in(*by, event.client);
}

// Before REPLY nobody could read why: it is told once they have answered to that.
void shard::turn_away(const proto::accepted& event, proto::time_point now) {
  ++counters_.invites_used_up;
  if (!event.provisional) return send_off(event.connection, now);
  turned_away_.insert(event.connection);
  if (event.early) endpoint_.decide_early(event.connection, false, now);
}

void shard::send_off(connection_handle connection, proto::time_point now) {
  endpoint_.close(connection, proto::close_code::auth_failed, "the invite is used up", now, proto::duration{0});
}

void shard::on(proto::time_point now, const proto::validated& event) {
  provisional_.erase(event.connection);
  if (turned_away_.contains(event.connection)) return send_off(event.connection, now);
  hub_.on_validated(peer_of(event.connection), origin_of(event.connection), now);
}

void shard::on(proto::time_point now, const proto::readable& event) { take_messages(event.connection, now); }
void shard::on(proto::time_point, const proto::writable& event) { hub_.on_writable(peer_of(event.connection)); }

void shard::on(proto::time_point now, const proto::closed& event) {
  take_messages(event.connection, now);  // what arrived before the CLOSE counts
  connections_.erase(event.connection);
  turned_away_.erase(event.connection);
  provisional_.erase(event.connection);
  hub_.on_disconnected(peer_of(event.connection), now);
  log_.debug("closed", {{"connection", std::to_string(event.connection.value)},
                        {"by", std::string{to_string(event.how)}},
                        {"code", std::string{proto::to_string(event.code)}},
                        {"reason", event.reason}});
}

void shard::on_unreachable(proto::time_point, const udp::unreachable_report& report) {
  log_.debug("unreachable", {{"address", report.remote.to_string()}, {"reason", report.reason.message()}});
}

void shard::take_early(connection_handle from, proto::time_point now) {
  std::vector<early_message> messages;
  while (auto message = endpoint_.receive(from, now)) messages.push_back({message->lane, std::move(message->payload)});
  hub_.on_early(peer_of(from), messages, now, around_.wall());
}

void shard::take_messages(connection_handle from, proto::time_point now) {
  if (draining_) return;
  while (hub_.takes_input(peer_of(from))) {
    const auto message = endpoint_.receive(from, now);
    if (!message) return;
    hub_.on_message(peer_of(from), message->lane, message->payload, now, around_.wall());
  }
}

void shard::on_results(const std::vector<store_result>& results, proto::time_point now) {
  for (const auto& result : results) {
    if (const auto* appended = std::get_if<append_result>(&result)) {
      hub_.on_committed(*appended, now);
    } else if (const auto* named = std::get_if<name_result>(&result)) {
      hub_.on_named(*named, now);
    } else if (const auto* ruled = std::get_if<rules_result>(&result)) {
      hub_.on_rules(*ruled, now);
    } else {
      hub_.on_rows(std::get<read_result>(result));
    }
  }
}

void shard::on_turn(proto::time_point now) {
  if (const auto due = hub_.next_deadline(); due && *due <= now) hub_.on_timeout(now);
  if (text_ != nullptr) text_->on_timeout(now);
  act(now);
  if (limits_.is_due(now)) {
    limits_.look(now, counters());
  }
  if (!draining_ || draining_->is_closing) return;
  if (hub_.pending_count() == 0 || now >= draining_->patience_ends) close_all(now);
}

relay_counters shard::counters() const {
  static constexpr text_counters nothing;
  return {hub_.counters(), endpoint_.counters(), around_.sockets(), text_ == nullptr ? nothing : text_->counters(),
          counters_};
}

std::optional<proto::time_point> shard::next_deadline() {
  auto due = hub_.next_deadline();
  if (const auto texts = text_ == nullptr ? std::nullopt : text_->next_deadline(); texts && (!due || *texts < *due)) {
    due = texts;
  }
  if (draining_ && (!due || draining_->patience_ends < *due)) due = draining_->patience_ends;
  return due;
}

void shard::act(proto::time_point now) {
  while (auto wish = hub_.poll_action()) {
    std::visit([&](auto& known) { carry_out(now, known); }, *wish);
  }
}

void shard::carry_out(proto::time_point now, deliver& wish) {
  if (text_gateway::is_text(wish.peer)) {
    if (!text_->deliver(wish, now)) hub_.on_blocked(std::move(wish));
    return;
  }
  // Untagged, so no event tells of its fate: cursors and receipts do.
  const proto::send_options options;
  const auto sent = endpoint_.send(connection_of(wish.peer), wish.lane, *wish.message, options, now);
  if (!sent && sent.error() == proto::errc::queue_full) hub_.on_blocked(std::move(wish));
}

void shard::carry_out(proto::time_point now, commit& wish) {
  const request_tag tag = wish.request.tag;
  if (around_.append(std::move(wish.request))) return;
  // The queue is larger than the hub's limit: this is a relay that is ending.
  hub_.on_committed({.tag = tag, .status = append_status::storage_failed}, now);
}

void shard::carry_out(proto::time_point now, commit_name& wish) {
  const request_tag tag = wish.request.tag;
  if (!around_.name(std::move(wish.request))) hub_.on_named({tag, false}, now);
}

void shard::carry_out(proto::time_point now, commit_rules& wish) {
  const request_tag tag = wish.request.tag;
  if (!around_.rules(std::move(wish.request))) hub_.on_rules({tag, false}, now);
}

void shard::carry_out(proto::time_point, read& wish) {
  if (!around_.read(wish.request)) hub_.on_rows({.tag = wish.request.tag, .failed = true});
}

void shard::carry_out(proto::time_point now, const early_verdict& wish) {
  endpoint_.decide_early(connection_of(wish.peer), wish.taken, now);
}

void shard::carry_out(proto::time_point now, const resume& wish) {
  if (text_gateway::is_text(wish.peer)) return text_->resume(wish.peer, now);
  take_messages(connection_of(wish.peer), now);
}

void shard::carry_out(proto::time_point now, const disconnect& wish) {
  log_.info("disconnect", {{"connection", std::to_string(wish.peer.value)},
                           {"code", std::string{proto::to_string(wish.code)}},
                           {"reason", wish.reason}});
  if (text_gateway::is_text(wish.peer)) return text_->dismiss(wish.peer, wish.reason);
  endpoint_.close(connection_of(wish.peer), wish.code, wish.reason, now, farewell);
}

void shard::drain(proto::close_code code, std::string_view reason, proto::time_point now) {
  draining_ = draining{code, std::string{reason}, now + store_patience, false};
  if (text_ != nullptr) text_->drain();
}

void shard::close_all(proto::time_point now) {
  draining_->is_closing = true;
  draining_->patience_ends = now + client_patience;
  for (const auto connection : connections_) {
    endpoint_.close(connection, draining_->code, draining_->reason, now, client_patience);
  }
  if (text_ != nullptr) text_->dismiss_all(draining_->reason);
}

bool shard::is_drained(proto::time_point now) const {
  if (!draining_ || !draining_->is_closing) return false;
  const bool is_empty = endpoint_.connection_count() == 0 && (text_ == nullptr || text_->visitor_count() == 0);
  return is_empty || now >= draining_->patience_ends;
}

}  // namespace tern::relay
