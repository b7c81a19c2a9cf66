// What a relay does with HELLO and INITIAL, and with a new stream: in what order it checks,
// and what it answers (STATES.md, sections 2 and 11).
#include "proto/endpoint/implementation.hpp"
#include "proto/handshake/retry_check.hpp"
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
    if (connection* repeated = find_datagram(*known)) repeated->on_initial_again(size);
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

bool endpoint::implementation::is_full(const address& from) const {
  return connection_count() >= config_.connections_max || per_prefix_.of(from) >= config_.connections_prefix_max;
}

// TCP has validated the address, so a handshake costs nobody else anything: neither tokens nor
// rates per prefix are needed, and who half-opens too many streams loses his own.
tl::expected<connection_handle, std::error_code> endpoint::implementation::accept_stream(time_point now,
                                                                                         const path& from) {
  const bool is_welcome = config_.relay_key && !is_full(from.remote) &&
                          admission_.judge(now, from.remote, true) != handshake_admission::verdict::drop;
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

void endpoint::implementation::accept(time_point now, const path& from, const initial_header& initial, std::size_t size,
                                      bool token_valid) {
  if (is_full(from.remote)) return static_cast<void>(++counters_.connections_refused);
  auto opened = server_handshake::open(*config_.relay_key, transport::udp, initial, source_);
  if (!opened) return static_cast<void>(++counters_.initial_forged);
  const connection_handle handle{++handles_issued_};
  insert(handle,
         std::make_unique<slot>(environment_, handle, draw_id(), from, std::move(*opened), token_valid, size, now));
  half_open_.add(*initial_key_of(initial), from.remote, handle, now);
  ++counters_.connections_accepted;
  touch(handle);
}

}  // namespace tern::proto
