#include "udp/client/client_core.hpp"

#include "udp/clock.hpp"

#include <utility>

namespace tern::udp {

namespace {

using namespace proto::chat;
using proto::errc;

client_options with_identity(client_options options) {
  if (!options.self) {
    system_entropy source;
    options.self = std::make_shared<const proto::identity>(proto::identity::draw(source));
  }
  return options;
}

session_config config_for(const client_options& options) {
  session_config config;
  config.self = options.self->public_key().octets;
  return config;
}

}  // namespace

client_core::client_core(net::any_io_executor executor, tern_address relay, client_options options)
    : executor_(std::move(executor)),
      relay_(std::move(relay)),
      options_(with_identity(std::move(options))),
      session_(config_for(options_), source_),
      link_(executor_, relay_, options_, source_, *this) {
  if (!options_.name.empty()) session_.claim_name(options_.name, options_.fallback_name);
  if (!options_.store) return;
  session_.keep_outboxes(clock::now(), clock::wall());
  kept_ = std::make_unique<store_writer>(executor_, options_.store, *this);
}

destination client_core::default_destination() const {
  return relay_.person.empty() ? destination::room(relay_.room) : destination::person(relay_.person);
}

client_statistics client_core::statistics() const {
  client_statistics now;
  now.is_connected = link_.route().is_connected();
  now.connections = link_.route().connection_count();
  now.was_ever_connected = now.connections > 0;
  now.undecided = session_.undecided();
  now.carrier = link_.route().carrier();
  now.switches = link_.route().switch_count();
  now.connection = link_.route().statistics();
  now.driver = link_.counters();
  return now;
}

template <class Result>
client_core::slot<Result> client_core::failed_slot(std::error_code error) const {
  auto waits = std::make_shared<result_slot<Result>>(executor_);
  waits->set(error, Result{});
  return waits;
}

client_core::slot<nothing> client_core::when_connected() {
  if (ended_) return failed_slot<nothing>(ended_);
  if (link_.route().is_connected()) return failed_slot<nothing>({});
  return connecting_.emplace_back(std::make_shared<result_slot<nothing>>(executor_));
}

client_core::slot<receipt> client_core::send(destination to, body_kind kind, proto::bytes body,
                                             const message_options& options) {
  if (ended_ || close_at_) return failed_slot<receipt>(ended_ ? ended_ : make_error_code(errc::closed));
  const auto now = clock::now();
  say_options how;
  if (options.timeout) how.deadline = now + *options.timeout;
  how.outbox = options.outbox;
  const auto id = session_.say(to, kind, std::move(body), how, now);
  if (!id) return failed_slot<receipt>(id.error());
  auto waits = std::make_shared<result_slot<receipt>>(executor_);
  messages_.emplace(*id, pending_message{waits, link_.packets_sent(), options.on_kept});
  keep_changes();
  link_.wake();
  return waits;
}

client_core::slot<nothing> client_core::join(const destination& from, join_options options) {
  if (ended_) return failed_slot<nothing>(ended_);
  const auto joined = session_.join(from, std::move(options));
  if (!joined) return failed_slot<nothing>(joined.error());
  auto waits = std::make_shared<result_slot<nothing>>(executor_);
  joins_.push_back({from, waits});
  link_.wake();
  return waits;
}

void client_core::leave(const destination& from) {
  session_.leave(from);
  end_joins(from, std::make_error_code(std::errc::operation_canceled));
  link_.wake();
}

void client_core::claim_name(std::string name, std::string fallback) {
  session_.claim_name(std::move(name), std::move(fallback));
  link_.wake();
}

client_core::slot<incoming> client_core::receive() {
  auto waits = std::make_shared<result_slot<incoming>>(executor_);
  if (!incoming_.empty()) {
    waits->set({}, std::move(incoming_.front()));
    incoming_.pop_front();
    link_.wake();  // there is room for messages again
  } else if (ended_) {
    waits->set(ended_, {});
  } else {
    receivers_.push_back(waits);
  }
  return waits;
}

template <class Result, class Ask>
client_core::slot<Result> client_core::ask(std::map<request_id, slot<Result>>& waiting, Ask asking) {
  if (ended_) return failed_slot<Result>(ended_);
  const auto request = asking();
  if (!request) return failed_slot<Result>(request.error());
  auto waits = std::make_shared<result_slot<Result>>(executor_);
  waiting.emplace(*request, waits);
  link_.wake();
  return waits;
}

client_core::slot<history_result> client_core::ask_history(const destination& of, history query) {
  return ask(histories_, [&] { return session_.ask_history(of, query); });
}

client_core::slot<people_result> client_core::ask_who(const destination& in) {
  return ask(people_, [&] { return session_.ask_who(in); });
}

client_core::slot<change_result> client_core::ask_change(const destination& in, proto::chat::change wish) {
  return ask(changes_, [&] { return session_.ask_change(in, std::move(wish)); });
}

client_core::slot<rooms_result> client_core::ask_rooms() {
  return ask(rooms_, [&] { return session_.ask_rooms(); });
}

client_core::slot<std::optional<cursor>> client_core::find_place(const destination& of) {
  if (ended_) return failed_slot<std::optional<cursor>>(ended_);
  if (!kept_) return failed_slot<std::optional<cursor>>({});
  const auto waits = std::make_shared<result_slot<std::optional<cursor>>>(executor_);
  std::erase_if(place_questions_, [](const auto& each) { return each->has_result(); });
  place_questions_.push_back(waits);
  kept_->find_place(of, [waits](const std::optional<cursor>& place) { waits->set({}, place); });
  return waits;
}

void client_core::keep_place(shown_place place) {
  if (kept_ && !is_leaving_) kept_->keep(std::move(place));
}

client_core::slot<ping_reply> client_core::ping(proto::duration timeout) {
  if (ended_) return failed_slot<ping_reply>(ended_);
  const auto now = clock::now();
  const auto asked = link_.route().ping(now);
  if (!asked) return failed_slot<ping_reply>(asked.error());
  auto waits = std::make_shared<result_slot<ping_reply>>(executor_);
  pings_.add(*asked, waits, now + timeout);
  link_.wake();
  return waits;
}

void client_core::use(transport_choice choice) {
  if (ended_) return;
  link_.route().use(clock::now(), choice);
  link_.wake();
}

void client_core::keep_alive(bool wanted) {
  if (ended_) return;
  is_kept_alive_ = wanted;
  link_.wake();
}

client_core::slot<nothing> client_core::close(proto::duration drain_max) {
  if (ended_) return failed_slot<nothing>({});
  if (!close_at_) close_at_ = clock::now() + drain_max;
  link_.wake();
  return closing_.emplace_back(std::make_shared<result_slot<nothing>>(executor_));
}

void client_core::abandon() {
  if (ended_) return;
  link_.route().close(clock::now());
  link_.wake();
  finish(make_error_code(errc::closed));
}

void client_core::on_connecting(proto::time_point now, const proto::address& remote, bool is_attached) {
  if (is_attached) session_.on_connecting(now, clock::wall());
  tell(status_change{status_change::phase::connecting, {}, {}, remote});
}

void client_core::on_connected(proto::time_point now, const attempt& what) {
  session_.on_connected(now, clock::wall());
  for (const auto& waits : std::exchange(connecting_, {})) waits->set({}, {});
  tell(status_change{status_change::phase::connected, {}, {}, what.remote, what.by});
}

void client_core::on_kept(proto::time_point, const attempt& what, std::error_code error) {
  tell(status_change{status_change::phase::kept, error, {}, what.remote, what.by});
}

void client_core::on_silent(proto::time_point) { tell(status_change{status_change::phase::silent, {}, {}, {}}); }

void client_core::on_disconnected(proto::time_point) { session_.on_disconnected(); }

void client_core::on_waiting(proto::time_point, std::error_code error, const std::string& reason) {
  tell(status_change{status_change::phase::disconnected, error, reason, {}});
}

void client_core::on_failed(proto::time_point, std::error_code error) {
  tell(status_change{status_change::phase::disconnected, error, {}, {}});
  finish(error);
}

bool client_core::on_message(proto::time_point now, proto::received_message message) {
  has_heard_ = true;
  const bool is_allowed = session_.on_message(message.lane, message.payload, now);
  take_events();
  return is_allowed;
}

void client_core::on_turn(proto::time_point now) {
  if (ended_) return;
  pings_.on_timeout(now);
  session_.on_timeout(now);
  take_events();
  keep_changes();
  send_operations(now);
  link_.route().keep_alive(is_kept_alive_ || session_.waits_for_messages() || !session_.is_drained(), now);
  link_.route().expect_answer(session_.awaits_answer(), now);
  if (close_at_ && (session_.is_drained() || *close_at_ <= now)) leave(now);
}

// The store has a moment to write what was decided last. Without that it would be asked about again, no more.
void client_core::leave(proto::time_point now) {
  constexpr std::chrono::seconds patience{1};
  if (!is_leaving_) link_.route().close(now);
  if (!kept_ || (is_leaving_ && *close_at_ <= now)) return finish(make_error_code(errc::closed));
  if (std::exchange(is_leaving_, true)) return;
  close_at_ = now + patience;
  kept_->close([this] { finish(make_error_code(errc::closed)); });
}

void client_core::keep_changes() {
  if (!kept_) return;
  while (auto change = session_.poll_change()) {
    ++changes_kept_;
    if (const auto* kept = std::get_if<message_kept>(&*change)) unkept_.emplace_back(changes_kept_, kept->said);
    if (!is_leaving_) kept_->keep(std::move(*change));
  }
  if (const auto& relay = link_.route().relay_key()) kept_->use({*relay, own_key().octets});
}

void client_core::on_taken_over(std::vector<kept_outbox> left) {
  std::size_t count = 0;
  for (const kept_outbox& each : left) {
    const auto ids = session_.take_over(each, clock::now());
    if (!ids) continue;  // it stays for the next client
    for (std::size_t i = 0; i < ids->size(); ++i)
      earlier_.emplace((*ids)[i], earlier_message{each.to, each.messages[i]});
    count += ids->size();
  }
  if (count > 0) tell(earlier_messages{count});
  link_.wake();
}

void client_core::on_kept(std::uint64_t changes) {
  session_.on_kept(changes);
  for (; !unkept_.empty() && unkept_.front().first <= changes; unkept_.pop_front()) {
    const auto found = messages_.find(unkept_.front().second);
    // The callback may be the end of the last client.
    if (found != messages_.end() && found->second.on_kept)
      asio::post(executor_, std::exchange(found->second.on_kept, nullptr));
  }
  link_.wake();
}

void client_core::on_keeping_failed(const store_problem& why) {
  session_.on_keeping_failed();
  unkept_.clear();
  tell(keeping_failed{why.text});
  link_.wake();
}

bool client_core::settle_earlier(message_id id, earlier_decided what) {
  const auto found = earlier_.find(id);
  if (found == earlier_.end()) return false;
  what.to = std::move(found->second.to);
  what.message = std::move(found->second.content);
  earlier_.erase(found);
  tell(std::move(what));
  return true;
}

std::optional<proto::time_point> client_core::next_deadline() {
  if (ended_) return std::nullopt;
  auto due = session_.next_deadline();
  for (const auto& other : {close_at_, pings_.next_deadline()})
    if (other && (!due || *other < *due)) due = other;
  return due;
}

void client_core::send_operations(proto::time_point now) {
  while (link_.route().is_attached()) {
    auto next = session_.poll_send(now);
    if (!next) return;
    proto::send_options how;
    how.deadline = next->deadline;
    // The endpoint would take the payload even where it has no room for it.
    const auto sent = link_.route().send(next->lane, next->payload, how, next->early_allowed, now);
    if (!sent) return session_.put_back(std::move(*next));
  }
}

void client_core::take_events() {
  while (auto event = session_.poll_event()) {
    std::visit([this](auto& what) { on(std::move(what)); }, *event);
  }
}

void client_core::settle(message_id id, std::error_code error, receipt result) {
  const auto found = messages_.find(id);
  if (found == messages_.end()) return;
  const auto pending = std::move(found->second);
  messages_.erase(found);
  result.packets = link_.packets_sent() - pending.packets_before;
  pending.waits->set(error, std::move(result));
}

void client_core::on(message_committed event) {
  const auto fate = event.is_kept ? earlier_decided::fate::committed : earlier_decided::fate::relayed;
  if (settle_earlier(event.id, {fate, {}, {}, event.receipt.position, {}})) return;
  receipt result;
  result.to = std::move(event.to);
  result.position = event.receipt.position;
  result.time = event.receipt.time;
  result.latency = event.latency;
  result.duplicate = event.receipt.duplicate;
  result.is_kept = event.is_kept;
  result.was_sent = true;
  result.carrier = link_.route().carrier().value_or(transport::udp);
  settle(event.id, {}, std::move(result));
}

void client_core::on(message_refused event) {
  const auto fate =
      event.reason.reason == refusal::stale ? earlier_decided::fate::decided : earlier_decided::fate::refused;
  if (settle_earlier(event.id, {fate, {}, {}, {}, event.reason})) return;
  receipt result;
  result.to = std::move(event.to);
  result.refusal = std::move(event.reason);
  settle(event.id, make_error_code(errc::refused), std::move(result));
}

void client_core::on(message_expired event) {
  if (settle_earlier(event.id, {earlier_decided::fate::expired, {}, {}, {}, {}})) return;
  receipt result;
  result.to = std::move(event.to);
  result.was_sent = event.was_sent && is_left_early_possible();
  const auto found = messages_.find(event.id);
  if (found != messages_.end()) result.refusal = std::move(found->second.delay);
  settle(event.id, make_error_code(errc::timeout), std::move(result));
}

void client_core::on(message_delayed event) {
  const auto found = messages_.find(event.id);
  if (found != messages_.end()) found->second.delay = event.reason;
  tell(std::move(event));
}

template <class Waiting, class Result>
void answer(Waiting& waiting, request_id request, std::error_code error, Result result) {
  const auto found = waiting.find(request);
  if (found == waiting.end()) return;
  const auto waits = std::move(found->second);
  waiting.erase(found);
  waits->set(error, std::move(result));
}

void client_core::on(history_page event) {
  const auto request = event.request;
  answer(histories_, request, {}, history_result{std::move(event), {}});
}

void client_core::on(people_listed event) {
  const auto request = event.request;
  answer(people_, request, {}, people_result{std::move(event), {}});
}

void client_core::on(rooms_listed event) {
  const auto request = event.request;
  answer(rooms_, request, {}, rooms_result{std::move(event), {}});
}

void client_core::on(proto::chat::change_made event) {
  answer(changes_, event.request, {}, change_result{std::move(event.done), {}});
}

void client_core::on(request_failed event) {
  const auto error = make_error_code(errc::refused);
  answer(histories_, event.request, error, history_result{{}, event.reason});
  answer(people_, event.request, error, people_result{{}, event.reason});
  answer(rooms_, event.request, error, rooms_result{{}, event.reason});
  answer(changes_, event.request, error, change_result{{}, event.reason});
}

void client_core::end_joins(const destination& from, std::error_code error) {
  for (const auto& waiting : joins_) {
    if (waiting.from == from) waiting.waits->set(error, {});
  }
  std::erase_if(joins_, [&](const pending_join& waiting) { return waiting.from == from; });
}

void client_core::on(became_live event) {
  end_joins(event.in, {});
  tell(std::move(event));
}

void client_core::on(join_refused event) {
  if (!event.is_retried) end_joins(event.in, make_error_code(errc::refused));
  tell(std::move(event));
}

void client_core::on(destination_refused event) {
  if (!event.is_retried) end_joins(event.to, make_error_code(errc::refused));
  tell(std::move(event));
}

void client_core::tell(incoming what) {
  while (!receivers_.empty()) {
    const auto waits = std::move(receivers_.front());
    receivers_.pop_front();
    if (waits->is_abandoned()) continue;
    return waits->set({}, std::move(what));
  }
  // Of changes that nobody has looked at, the last one says it all.
  const bool is_status = std::holds_alternative<status_change>(what);
  if (is_status && !incoming_.empty() && std::holds_alternative<status_change>(incoming_.back())) incoming_.pop_back();
  incoming_.push_back(std::move(what));
}

void client_core::finish(std::error_code error) {
  ended_ = error;
  for (const auto& waits : std::exchange(connecting_, {})) waits->set(error, {});
  for (const auto& waiting : std::exchange(joins_, {})) waiting.waits->set(error, {});
  for (const auto& waits : std::exchange(receivers_, {})) waits->set(error, {});
  for (const auto& [id, pending] : std::exchange(messages_, {})) {
    receipt result;
    // A relay that turns us away before it has said a word has taken nothing.
    const bool is_turned_away = error == errc::refused && !has_heard_;
    result.was_sent = link_.route().connection_count() > 0 && !is_turned_away;
    pending.waits->set(error, std::move(result));
  }
  for (const auto& [request, waits] : std::exchange(histories_, {})) waits->set(error, {});
  for (const auto& [request, waits] : std::exchange(people_, {})) waits->set(error, {});
  for (const auto& [request, waits] : std::exchange(rooms_, {})) waits->set(error, {});
  for (const auto& [request, waits] : std::exchange(changes_, {})) waits->set(error, {});
  for (const auto& waits : std::exchange(place_questions_, {})) waits->set(error, {});
  pings_.finish(error);
  for (const auto& waits : std::exchange(closing_, {})) waits->set({}, {});
}

}  // namespace tern::udp
