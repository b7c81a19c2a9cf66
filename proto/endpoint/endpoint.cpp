#include "proto/endpoint.hpp"

#include "proto/connection/connection.hpp"
#include "proto/endpoint/deadline_queue.hpp"
#include "proto/endpoint/half_open_table.hpp"
#include "proto/endpoint/handshake_admission.hpp"
#include "proto/endpoint/ready_list.hpp"
#include "proto/handshake/retry_check.hpp"
#include "proto/packet/header.hpp"
#include "proto/packet/writer.hpp"
#include "proto/seal/keyed_hash.hpp"
#include "proto/seal/retry_token.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <utility>

namespace tern::proto {

namespace {
struct id_hash {
  keyed_hash hash;
  std::size_t operator()(const connection_id& id) const { return static_cast<std::size_t>(hash(id)); }
};
struct prefix_hash {
  keyed_hash hash;
  std::size_t operator()(const std::array<std::uint8_t, 16>& prefix) const {
    return static_cast<std::size_t>(hash(prefix));
  }
};
std::optional<initial_key> initial_key_of(const initial_header& initial) {
  initial_key key{initial.client_cid, {}};
  if (initial.noise.size() < key.ephemeral.size()) return std::nullopt;
  std::copy_n(initial.noise.begin(), key.ephemeral.size(), key.ephemeral.begin());
  return key;
}
}  // namespace

class endpoint::implementation {
 public:
  implementation(endpoint_config config, entropy& source, time_point now)
      : config_(std::move(config)),
        source_(source),
        hash_(keyed_hash::draw(source)),
        reassembly_(config_.bounds, hash_),
        environment_{config_, source_, counters_, events_, reassembly_},
        tokens_(now, secret<32>::draw(source)),
        admission_(config_.admission, hash_),
        half_open_(config_.admission, hash_),
        by_id_(0, id_hash{hash_}),
        per_prefix_(0, prefix_hash{hash_}) {}

  connection_handle connect(time_point now, const path& to, connect_options options);
  connection* find(connection_handle handle) {
    const auto found = connections_.find(handle);
    return found == connections_.end() ? nullptr : &found->second->link;
  }
  // After anything was done to a connection: its table entries, timer and readiness.
  void touch(connection_handle handle);

  void on_datagram(time_point now, const path& from, mutable_byte_view datagram);
  void on_timeout(time_point now);
  std::optional<transmit> poll_transmit(time_point now, mutable_byte_view buffer);
  std::optional<endpoint_event> poll_event();
  std::optional<time_point> next_deadline();

  endpoint_counters counters_;
  std::size_t connection_count() const { return connections_.size(); }

 private:
  struct slot {
    template <class... Arguments>
    explicit slot(const connection_environment& environment, Arguments&&... arguments)
        : link(environment, std::forward<Arguments>(arguments)...) {}
    connection link;
    std::optional<time_point> armed_for;  // the earliest entry in deadlines_
    bool counted_half_open = false;
  };

  void on_hello(time_point now, const path& from, const hello_header& hello);
  void on_initial(time_point now, const path& from, const initial_header& initial, std::size_t size);
  void accept(time_point now, const path& from, const initial_header& initial, std::size_t size, bool token_valid);
  void count(packet_error error);
  const retry_tokens& fresh_tokens(time_point now);
  void answer_with_retry(time_point now, const path& to, const connection_id& client);
  bool make_half_open_room(time_point now, const path& from, const connection_id& client, bool token_valid);
  connection* find(const connection_id& id);
  connection_id draw_id();
  slot& insert(connection_handle handle, std::unique_ptr<slot> fresh);
  void erase(connection_handle handle);

  endpoint_config config_;
  entropy& source_;
  keyed_hash hash_;
  reassembly_budget reassembly_;
  std::deque<endpoint_event> events_;
  connection_environment environment_;
  retry_tokens tokens_;
  handshake_admission admission_;
  half_open_table half_open_;

  std::uint64_t handles_issued_ = 0;
  std::unordered_map<connection_handle, std::unique_ptr<slot>> connections_;
  std::unordered_map<connection_id, connection_handle, id_hash> by_id_;
  std::unordered_map<std::array<std::uint8_t, 16>, std::size_t, prefix_hash> per_prefix_;
  deadline_queue<connection_handle> deadlines_;
  ready_list<connection_handle> ready_;
  std::vector<deadline_queue<connection_handle>::entry> due_;

  struct answer {
    path to;
    bytes datagram;
  };
  // Answers that belong to no connection. Beyond the bound they are dropped: whoever
  // asked will ask again.
  static constexpr std::size_t answers_max = 1024;
  std::deque<answer> answers_;
};

connection_handle endpoint::implementation::connect(time_point now, const path& to, connect_options options) {
  const connection_handle handle{++handles_issued_};
  insert(handle, std::make_unique<slot>(environment_, handle, draw_id(), to, options.relay_key, std::move(options.self),
                                        options.early_data, now));
  touch(handle);
  return handle;
}

connection_id endpoint::implementation::draw_id() {
  for (;;) {
    const connection_id id{source_.draw<8>()};
    if (!by_id_.contains(id)) return id;
  }
}

endpoint::implementation::slot& endpoint::implementation::insert(connection_handle handle,
                                                                 std::unique_ptr<slot> fresh) {
  by_id_.emplace(fresh->link.local_id(), handle);
  ++per_prefix_[fresh->link.current_path().remote.limit_prefix()];
  return *connections_.emplace(handle, std::move(fresh)).first->second;
}

void endpoint::implementation::erase(connection_handle handle) {
  const auto found = connections_.find(handle);
  if (found == connections_.end()) return;
  const connection& gone = found->second->link;
  by_id_.erase(gone.local_id());
  const auto counted = per_prefix_.find(gone.current_path().remote.limit_prefix());
  if (--counted->second == 0) per_prefix_.erase(counted);
  half_open_.remove(handle);
  ready_.remove(handle);
  connections_.erase(found);
  ++counters_.connections_closed;
}

void endpoint::implementation::touch(connection_handle handle) {
  const auto found = connections_.find(handle);
  if (found == connections_.end()) return;
  slot& touched = *found->second;
  if (touched.link.is_gone()) return erase(handle);
  if (!touched.link.is_half_open()) half_open_.confirm(handle);
  ready_.add(handle);
  const auto deadline = touched.link.next_deadline();
  if (deadline && (!touched.armed_for || *deadline < *touched.armed_for)) {
    touched.armed_for = deadline;
    deadlines_.add(*deadline, handle);
  }
}

connection* endpoint::implementation::find(const connection_id& id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : find(found->second);
}

void endpoint::implementation::on_datagram(time_point now, const path& from, mutable_byte_view datagram) {
  ++counters_.datagrams_received;
  counters_.bytes_received += datagram.size();
  const auto header = decode_header(datagram);
  if (!header) {
    return count(header.error());
  }
  if (const auto* hello = std::get_if<hello_header>(&*header)) return on_hello(now, from, *hello);
  if (const auto* initial = std::get_if<initial_header>(&*header))
    return on_initial(now, from, *initial, datagram.size());

  connection* addressed = nullptr;
  if (const auto* data = std::get_if<data_header>(&*header)) {
    addressed = find(data->destination_cid);
    if (addressed != nullptr) addressed->on_data(now, *data, datagram);
  } else if (const auto* retry = std::get_if<retry_header>(&*header)) {
    addressed = find(retry->client_cid);
    if (addressed != nullptr) addressed->on_retry(now, *retry);
  } else if (const auto* reply = std::get_if<reply_header>(&*header)) {
    addressed = find(reply->client_cid);
    if (addressed != nullptr) addressed->on_reply(now, *reply, datagram.size());
  }
  if (addressed == nullptr) {
    ++counters_.unknown_connection;
    return;
  }
  touch(addressed->handle());
}

void endpoint::implementation::count(packet_error error) {
  switch (error) {
    case packet_error::unknown_version:
      ++counters_.unknown_version;
      break;
    case packet_error::too_short:
      ++counters_.short_handshake;
      break;
    default:
      ++counters_.malformed;
  }
}

const retry_tokens& endpoint::implementation::fresh_tokens(time_point now) {
  if (now >= tokens_.rotation_due()) tokens_.rotate(now, secret<32>::draw(source_));
  return tokens_;
}

void endpoint::implementation::on_hello(time_point now, const path& from, const hello_header& hello) {
  if (!config_.relay_key) return static_cast<void>(++counters_.malformed);
  if (admission_.judge(now, from.remote, false) == handshake_admission::verdict::drop)
    return static_cast<void>(++counters_.handshakes_dropped);
  answer_with_retry(now, from, hello.client_cid);
}

void endpoint::implementation::answer_with_retry(time_point now, const path& to, const connection_id& client) {
  if (answers_.size() >= answers_max) return static_cast<void>(++counters_.outbound_dropped);
  const retry_tokens::token token = fresh_tokens(now).make(now, to.remote);
  retry_header retry{client, token, config_.relay_key->public_part().octets, {}};
  retry.check = retry_check(retry);
  bytes datagram(retry_bytes_fixed + token.size());
  writer out{datagram};
  append(out, retry);
  answers_.push_back({to, std::move(datagram)});
  ++counters_.retries_sent;
}

void endpoint::implementation::on_initial(time_point now, const path& from, const initial_header& initial,
                                          std::size_t size) {
  if (!config_.relay_key) return static_cast<void>(++counters_.malformed);
  const auto key = initial_key_of(initial);
  if (!key) return static_cast<void>(++counters_.malformed);
  if (const auto known = half_open_.find(*key)) {
    ++counters_.initial_repeated;
    if (connection* repeated = find(*known)) repeated->on_initial_again(now, size);
    return touch(*known);
  }
  const bool token_valid = !initial.token.empty() && fresh_tokens(now).verify(now, from.remote, initial.token);
  if (!initial.token.empty() && !token_valid) ++counters_.token_bad;
  switch (admission_.judge(now, from.remote, token_valid)) {
    case handshake_admission::verdict::drop:
      return static_cast<void>(++counters_.handshakes_dropped);
    case handshake_admission::verdict::retry:
      return answer_with_retry(now, from, initial.client_cid);
    case handshake_admission::verdict::admit:
      break;
  }
  if (make_half_open_room(now, from, initial.client_cid, token_valid)) accept(now, from, initial, size, token_valid);
}

// A prefix or a table that is full costs the newcomer a RETRY; with a token, which
// only the owner of the address can have, the oldest half-open handshake goes.
bool endpoint::implementation::make_half_open_room(time_point now, const path& from, const connection_id& client,
                                                   bool token_valid) {
  if (!half_open_.is_full() && !half_open_.is_prefix_full(from.remote)) return true;
  if (!token_valid) {
    answer_with_retry(now, from, client);
    return false;
  }
  ++counters_.half_open_evicted;
  const connection_handle oldest = half_open_.oldest();
  if (connection* evicted = find(oldest)) evicted->evict(now);
  touch(oldest);
  return true;
}

void endpoint::implementation::accept(time_point now, const path& from, const initial_header& initial, std::size_t size,
                                      bool token_valid) {
  const auto counted = per_prefix_.find(from.remote.limit_prefix());
  if (connections_.size() >= config_.connections_max ||
      (counted != per_prefix_.end() && counted->second >= config_.connections_prefix_max)) {
    return static_cast<void>(++counters_.connections_refused);
  }
  auto opened = server_handshake::open(*config_.relay_key, initial, source_);
  if (!opened) return static_cast<void>(++counters_.initial_forged);
  const connection_handle handle{++handles_issued_};
  insert(handle,
         std::make_unique<slot>(environment_, handle, draw_id(), from, std::move(*opened), token_valid, size, now));
  half_open_.add(*initial_key_of(initial), from.remote, handle, now);
  ++counters_.connections_accepted;
  touch(handle);
}

void endpoint::implementation::on_timeout(time_point now) {
  while (const auto expired = half_open_.expire(now)) {
    if (connection* overdue = find(*expired)) overdue->evict(now);
    half_open_.remove(*expired);
    touch(*expired);
  }
  // All of them first: what a connection owes to poll_transmit() stays due until then.
  due_.clear();
  while (const auto due = deadlines_.pop_due(now)) due_.push_back(*due);
  for (const auto& [at, handle] : due_) {
    const auto found = connections_.find(handle);
    if (found == connections_.end() || found->second->armed_for != at) continue;
    found->second->armed_for.reset();
    const auto deadline = found->second->link.next_deadline();
    if (deadline && *deadline <= now) found->second->link.on_timeout(now);
    touch(handle);
  }
}

std::optional<time_point> endpoint::implementation::next_deadline() {
  while (!deadlines_.empty()) {
    const auto& [deadline, handle] = deadlines_.front();
    const auto found = connections_.find(handle);
    if (found != connections_.end() && found->second->armed_for == deadline) break;
    deadlines_.pop();
  }
  const auto expiry = half_open_.next_expiry();
  const auto earliest = deadlines_.earliest();
  if (!expiry || (earliest && *earliest < *expiry)) return earliest;
  return expiry;
}

std::optional<transmit> endpoint::implementation::poll_transmit(time_point now, mutable_byte_view buffer) {
  if (!answers_.empty()) {
    const answer next = std::move(answers_.front());
    answers_.pop_front();
    std::copy(next.datagram.begin(), next.datagram.end(), buffer.begin());
    ++counters_.datagrams_sent;
    counters_.bytes_sent += next.datagram.size();
    return transmit{next.to, next.datagram.size()};
  }
  while (const auto handle = ready_.front()) {
    connection* sender = find(*handle);
    const auto size = sender->poll_transmit(now, buffer);
    if (size) {
      ++counters_.datagrams_sent;
      counters_.bytes_sent += *size;
      const path to = sender->current_path();
      ready_.rotate();
      return transmit{to, *size};
    }
    // Nothing more to send: what it waits for is a deadline or a packet.
    touch(*handle);
    ready_.remove(*handle);
  }
  return std::nullopt;
}

std::optional<endpoint_event> endpoint::implementation::poll_event() {
  if (events_.empty()) return std::nullopt;
  endpoint_event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

endpoint::endpoint(endpoint_config config, entropy& source, time_point now)
    : implementation_(std::make_unique<implementation>(std::move(config), source, now)) {}
endpoint::~endpoint() = default;
endpoint::endpoint(endpoint&&) noexcept = default;
endpoint& endpoint::operator=(endpoint&&) noexcept = default;

connection_handle endpoint::connect(time_point now, const path& to, connect_options options) {
  return implementation_->connect(now, to, std::move(options));
}

void endpoint::trust(connection_handle handle, time_point now) {
  if (connection* found = implementation_->find(handle)) found->trust(now);
  implementation_->touch(handle);
}

tl::expected<void, std::error_code> endpoint::send(connection_handle handle, lane_id lane, bytes payload,
                                                   const send_options& options, time_point now, bool early_allowed) {
  connection* found = implementation_->find(handle);
  if (found == nullptr) return tl::unexpected(make_error_code(errc::closed));
  auto sent = found->send(lane, std::move(payload), options, now, early_allowed);
  if (sent) implementation_->touch(handle);
  return sent;
}

std::optional<received_message> endpoint::receive(connection_handle handle, time_point now) {
  connection* found = implementation_->find(handle);
  if (found == nullptr) return std::nullopt;
  auto message = found->receive(now);
  if (!message) implementation_->touch(handle);  // credit may be worth a MAX_DATA now
  return message;
}

void endpoint::decide_early(connection_handle handle, bool taken, time_point now) {
  if (connection* found = implementation_->find(handle)) found->decide_early(taken, now);
  implementation_->touch(handle);
}

void endpoint::keep_alive(connection_handle handle, bool wanted, time_point) {
  if (connection* found = implementation_->find(handle)) found->keep_alive(wanted);
  implementation_->touch(handle);
}

void endpoint::close(connection_handle handle, close_code code, std::string reason, time_point now,
                     duration drain_max) {
  if (connection* found = implementation_->find(handle)) found->close(code, std::move(reason), now, drain_max);
  implementation_->touch(handle);
}

void endpoint::abort(connection_handle handle, close_code code, std::string reason, time_point now) {
  close(handle, code, std::move(reason), now, duration::zero());
}

void endpoint::on_datagram(time_point now, const path& from, mutable_byte_view datagram) {
  implementation_->on_datagram(now, from, datagram);
}
void endpoint::on_timeout(time_point now) { implementation_->on_timeout(now); }
std::optional<transmit> endpoint::poll_transmit(time_point now, mutable_byte_view buffer) {
  return implementation_->poll_transmit(now, buffer);
}
std::optional<endpoint_event> endpoint::poll_event() { return implementation_->poll_event(); }
std::optional<time_point> endpoint::next_deadline() { return implementation_->next_deadline(); }

std::uint64_t endpoint::queued_bytes(connection_handle handle) const {
  const connection* found = implementation_->find(handle);
  return found == nullptr ? 0 : found->queued_bytes();
}
std::optional<connection_statistics> endpoint::statistics(connection_handle handle) const {
  const connection* found = implementation_->find(handle);
  if (found == nullptr) return std::nullopt;
  return found->statistics();
}
std::optional<path> endpoint::current_path(connection_handle handle) const {
  const connection* found = implementation_->find(handle);
  if (found == nullptr) return std::nullopt;
  return found->current_path();
}
const endpoint_counters& endpoint::counters() const { return implementation_->counters_; }
std::size_t endpoint::connection_count() const { return implementation_->connection_count(); }

}  // namespace tern::proto
