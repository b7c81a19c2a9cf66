#include "proto/endpoint/implementation.hpp"

#include <algorithm>

namespace tern::proto {

connection_handle endpoint::implementation::connect(time_point now, const path& to, connect_options options) {
  const connection_handle handle{++handles_issued_};
  insert(handle, std::make_unique<slot>(environment_, handle, draw_id(), to, std::move(options), now));
  touch(handle);
  return handle;
}

connection_id endpoint::implementation::draw_id() {
  for (;;) {
    const connection_id id{source_.draw<8>()};
    if (!by_id_.contains(id)) return id;
  }
}

connection_id endpoint::implementation::draw_relay_id() {
  for (;;) {
    const connection_id id = ids_.draw(source_);
    if (!by_id_.contains(id)) return id;
  }
}

void endpoint::implementation::insert(connection_handle handle, std::unique_ptr<slot> fresh) {
  by_id_.emplace(fresh->link.local_id(), handle);
  per_prefix_.add(fresh->link.current_path().remote);
  connections_.emplace(handle, std::move(fresh));
}

wake_ups<connection_handle>::mark* endpoint::implementation::mark_of(connection_handle handle) {
  const auto found = connections_.find(handle);
  return found == connections_.end() ? nullptr : &found->second->armed_for;
}

void endpoint::implementation::erase(connection_handle handle) {
  const auto found = connections_.find(handle);
  if (found == connections_.end()) return;
  const connection& gone = found->second->link;
  by_id_.erase(gone.local_id());
  if (gone.reset_token()) reset_tokens_.remove(*gone.reset_token(), handle);
  per_prefix_.remove(gone.current_path().remote);
  half_open_.remove(handle);
  ready_.remove(handle);
  connections_.erase(found);
  ++counters_.connections_closed;
}

void endpoint::implementation::touch(connection_handle handle) {
  const auto found = connections_.find(handle);
  if (found == connections_.end()) return forget_stream(streams_.touch(handle));
  slot& touched = *found->second;
  if (touched.link.is_gone()) return erase(handle);
  if (!touched.link.is_half_open()) half_open_.confirm(handle);
  ready_.add(handle);
  wake_ups_.arm(handle, touched.armed_for, touched.link.next_deadline());
}

void endpoint::implementation::forget_stream(std::optional<address> gone) {
  if (gone) per_prefix_.remove(*gone);
}

connection_handle endpoint::implementation::connect_stream(time_point now, const path& to, connect_options options) {
  const connection_handle handle{++handles_issued_};
  per_prefix_.add(to.remote);
  streams_.add_client(handle, to, std::move(options), now);
  touch(handle);
  return handle;
}

void endpoint::implementation::on_stream_data(time_point now, connection_handle handle, mutable_byte_view octets) {
  if (stream_connection* found = streams_.find(handle)) found->on_data(now, octets);
  touch(handle);
}

void endpoint::implementation::on_stream_end(time_point now, connection_handle handle) {
  if (stream_connection* found = streams_.find(handle)) found->on_end(now);
  touch(handle);
}

std::optional<std::size_t> endpoint::implementation::poll_stream(time_point now, connection_handle handle,
                                                                 mutable_byte_view buffer) {
  const auto size = streams_.poll(now, handle, buffer);
  forget_stream(streams_.settle(handle));
  return size;
}

void endpoint::implementation::evict(connection_handle half_open) {
  with(half_open, [](owned_connection& evicted) { evicted.evict(); });
  half_open_.remove(half_open);
}

void endpoint::implementation::set_invites(std::vector<invite> invites, time_point now) {
  invites_.replace(std::move(invites));
  std::vector<connection_handle> revoked = streams_.select([this](const auto& each) { return is_revoked(each); });
  for (const auto& [handle, each] : connections_)
    if (is_revoked(each->link)) revoked.push_back(handle);
  for (const connection_handle each : revoked) {
    with(each, [now](owned_connection& found) {
      found.close(close_code::auth_failed, "the invite was revoked", now, duration::zero());
    });
  }
}

// The tables look at these each time.
void endpoint::implementation::change_limits(const endpoint_config& wanted) {
  config_.admission = wanted.admission;
  config_.connections_max = wanted.connections_max;
  config_.connections_prefix_max = wanted.connections_prefix_max;
}

bool endpoint::implementation::is_revoked(const owned_connection& held) const {
  const auto by = held.invited_by();
  return by && !invites_.contains(*by);
}

connection* endpoint::implementation::find(const connection_id& id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : find_datagram(found->second);
}

void endpoint::implementation::on_datagram(time_point now, const path& from, mutable_byte_view datagram) {
  ++counters_.datagrams_received;
  counters_.bytes_received += datagram.size();
  const auto header = decode_header(datagram);
  if (!header) return count(header.error());
  if (const auto* hello = std::get_if<hello_header>(&*header)) return on_hello(now, from, *hello);
  if (const auto* initial = std::get_if<initial_header>(&*header))
    return on_initial(now, from, *initial, datagram.size());
  if (const auto* reset = std::get_if<reset_header>(&*header)) return on_reset(now, *reset);

  connection* addressed = nullptr;
  if (const auto* data = std::get_if<data_header>(&*header)) {
    addressed = find(data->destination_cid);
    if (addressed == nullptr) return on_unknown(now, from, *data);
    addressed->on_data(now, *data, datagram);
  } else if (const auto* retry = std::get_if<retry_header>(&*header)) {
    addressed = find(retry->client_cid);
    if (addressed != nullptr) addressed->on_retry(now, *retry);
  } else if (const auto* reply = std::get_if<reply_header>(&*header)) {
    addressed = find(reply->client_cid);
    if (addressed != nullptr) on_reply(now, *addressed, *reply, datagram.size());
  }
  if (addressed == nullptr) {
    ++counters_.unknown_connection;
    return;
  }
  touch(addressed->handle());
}

void endpoint::implementation::on_reply(time_point now, connection& client, const reply_header& reply,
                                        std::size_t size) {
  const bool was_known = client.reset_token().has_value();
  client.on_reply(now, reply, size);
  if (!was_known && client.reset_token()) reset_tokens_.add(*client.reset_token(), client.handle());
}

void endpoint::implementation::on_reset(time_point now, const reset_header& reset) {
  const auto known = reset_tokens_.find(reset.token);
  connection* forgotten = known ? find_datagram(*known) : nullptr;
  if (forgotten == nullptr) return static_cast<void>(++counters_.resets_forged);
  ++counters_.resets_received;
  forgotten->on_reset(now);
  touch(*known);
}

void endpoint::implementation::on_timeout(time_point now) {
  while (const auto expired = half_open_.expire(now)) {
    evict(*expired);
  }
  wake_ups_.wake_due(
      now, [this](connection_handle handle) { return mark_of(handle); },
      [&](connection_handle handle) {
        connection& due = connections_.at(handle)->link;
        if (const auto deadline = due.next_deadline(); deadline && *deadline <= now) due.on_timeout(now);
        touch(handle);
      });
  streams_.on_timeout(now, [this](connection_handle handle) { touch(handle); });
}

std::optional<time_point> endpoint::implementation::next_deadline() {
  auto earliest = wake_ups_.earliest([this](connection_handle handle) { return mark_of(handle); });
  for (const auto other : {streams_.next_deadline(), half_open_.next_expiry()})
    if (other && (!earliest || *other < *earliest)) earliest = other;
  return earliest;
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
    connection* sender = find_datagram(*handle);
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

}  // namespace tern::proto
