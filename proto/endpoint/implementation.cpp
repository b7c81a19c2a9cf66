#include "proto/endpoint/implementation.hpp"

#include <algorithm>

namespace tern::proto {

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

void endpoint::implementation::evict(connection_handle half_open) {
  with(half_open, [](connection& evicted) { evicted.evict(); });
  half_open_.remove(half_open);
}

connection* endpoint::implementation::find(const connection_id& id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : find(found->second);
}

void endpoint::implementation::on_datagram(time_point now, const path& from, mutable_byte_view datagram) {
  ++counters_.datagrams_received;
  counters_.bytes_received += datagram.size();
  const auto header = decode_header(datagram);
  if (!header) return count(header.error());
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

void endpoint::implementation::on_timeout(time_point now) {
  while (const auto expired = half_open_.expire(now)) {
    evict(*expired);
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

}  // namespace tern::proto
