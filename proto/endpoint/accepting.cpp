// What a relay does with HELLO and INITIAL, and with a new stream: in what order it checks,
// and what it answers (STATES.md, sections 2 and 11).
#include "proto/endpoint/implementation.hpp"
#include "proto/handshake/relay_keys.hpp"
#include "proto/packet/writer.hpp"

#include <algorithm>

namespace tern::proto {

namespace {
std::optional<initial_key> initial_key_of(const initial_header& initial) {
  initial_key key{initial.client_cid, {}};
  if (initial.noise.size() < key.ephemeral.size()) return std::nullopt;
  std::copy_n(initial.noise.begin(), key.ephemeral.size(), key.ephemeral.begin());
  return key;
}
}  // namespace

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
  if (config_.is_private) return static_cast<void>(++counters_.uninvited);
  if (admission_.judge(now, from.remote, token_standing::none) == handshake_admission::verdict::drop)
    return static_cast<void>(++counters_.handshakes_dropped);
  answer_with_retry(now, from, hello.client_cid);
}

void endpoint::implementation::answer_with_retry(time_point now, const path& to, const connection_id& client) {
  if (answers_.size() >= answers_max) return static_cast<void>(++counters_.outbound_dropped);
  const retry_tokens::token token = fresh_tokens(now).make(now, to.remote);
  const retry_header retry = make_retry_header(config_, client, token);
  bytes datagram(retry_bytes(retry));
  writer out{datagram};
  append(out, retry);
  answers_.push_back({to, std::move(datagram)});
  ++counters_.retries_sent;
}

void endpoint::implementation::on_initial(time_point now, const path& from, const initial_header& initial,
                                          std::size_t size) {
  if (!config_.relay_key) return static_cast<void>(++counters_.malformed);
  const invite* holder = invites_.holder_of(initial);
  if (holder == nullptr && (config_.is_private || initial.crypto == suite::nkpsk0))
    return static_cast<void>(++counters_.uninvited);
  const auto key = initial_key_of(initial);
  if (!key) return static_cast<void>(++counters_.malformed);
  if (const auto known = half_open_.find(*key)) {
    ++counters_.initial_repeated;
    if (connection* repeated = find_datagram(*known)) repeated->on_initial_again(size);
    return touch(*known);
  }
  const token_standing token = judge_token(now, from.remote, initial.token);
  switch (admission_.judge(now, from.remote, token)) {
    case handshake_admission::verdict::drop:
      return static_cast<void>(++counters_.handshakes_dropped);
    case handshake_admission::verdict::retry:
      return answer_with_retry(now, from, initial.client_cid);
    case handshake_admission::verdict::admit:
      break;
  }
  const bool is_address_valid = token == token_standing::fresh;
  if (make_half_open_room(now, from, initial.client_cid, is_address_valid))
    accept(now, from, initial, holder, size, is_address_valid);
}

token_standing endpoint::implementation::judge_token(time_point now, const address& from, byte_view token) {
  if (token.empty()) return token_standing::none;
  if (fresh_tokens(now).verify(now, from, token)) return token_standing::fresh;
  const bool is_daily = daily_tokens_.verify(now, from, token);
  ++(is_daily ? counters_.token_daily : counters_.token_bad);
  return is_daily ? token_standing::daily : token_standing::none;
}

// A prefix or a table that is full costs the newcomer a RETRY; with a token, which
// only the owner of the address can have, the oldest half-open handshake goes. A full
// prefix pays with one of its own: nobody else's may suffer from it.
bool endpoint::implementation::make_half_open_room(time_point now, const path& from, const connection_id& client,
                                                   bool token_valid) {
  if (!half_open_.is_full() && !half_open_.is_prefix_full(from.remote)) return true;
  if (!token_valid) {
    answer_with_retry(now, from, client);
    return false;
  }
  ++counters_.half_open_evicted;
  evict(half_open_.is_prefix_full(from.remote) ? half_open_.oldest_of(from.remote) : half_open_.oldest());
  return true;
}

// A packet for a connection that is no more: its client is to know, if it was ours once. What
// it gets is smaller than what it sent, and nothing that is answered by a RESET in turn.
void endpoint::implementation::on_unknown(time_point now, const path& from, const data_header& data) {
  ++counters_.unknown_connection;
  if (!config_.relay_key || !ids_.is_ours(data.destination_cid)) return;
  const auto& limit = config_.admission;
  if (answers_.size() >= answers_max || !resets_.take(now, limit.resets_rate, limit.resets_burst))
    return static_cast<void>(++counters_.resets_withheld);
  bytes datagram(reset_bytes);
  writer out{datagram};
  append(out, reset_header{ids_.reset_token_of(data.destination_cid)});
  answers_.push_back({from, std::move(datagram)});
  ++counters_.resets_sent;
}

bool endpoint::implementation::is_full(const address& from) const {
  return connection_count() >= config_.connections_max || per_prefix_.of(from) >= config_.connections_prefix_max;
}

// TCP has validated the address, so a handshake costs nobody else anything: neither tokens nor
// rates per prefix are needed, and who half-opens too many streams loses his own.
tl::expected<connection_handle, std::error_code> endpoint::implementation::accept_stream(time_point now,
                                                                                         const path& from) {
  const bool is_welcome =
      config_.relay_key && !is_full(from.remote) &&
      admission_.judge(now, from.remote, token_standing::fresh) != handshake_admission::verdict::drop;
  if (!is_welcome) {
    ++counters_.streams_refused;
    return tl::unexpected(make_error_code(errc::refused));
  }
  if (const auto oldest = streams_.half_open().in_the_way_of(from.remote)) {
    ++counters_.streams_evicted;
    with(*oldest, [](owned_connection& evicted) { evicted.evict(); });
  }
  const connection_handle handle{++handles_issued_};
  per_prefix_.add(from.remote);
  streams_.add_relay(handle, from, now);
  ++counters_.streams_accepted;
  touch(handle);
  return handle;
}

void endpoint::implementation::accept(time_point now, const path& from, const initial_header& initial,
                                      const invite* holder, std::size_t size, bool token_valid) {
  if (is_full(from.remote)) return static_cast<void>(++counters_.connections_refused);
  auto opened = open_initial(config_, transport::udp, initial, holder, source_);
  if (!opened) return static_cast<void>(++counters_.initial_forged);
  const connection_handle handle{++handles_issued_};
  insert(handle, std::make_unique<slot>(environment_, handle, draw_relay_id(), from, std::move(*opened), token_valid,
                                        size, now));
  half_open_.add(*initial_key_of(initial), from.remote, handle, now);
  ++counters_.connections_accepted;
  touch(handle);
}

}  // namespace tern::proto
