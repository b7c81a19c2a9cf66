#include "proto/endpoint/stream_table.hpp"

#include <utility>

namespace tern::proto {

stream_connection* stream_table::find(connection_handle handle) {
  const auto found = streams_.find(handle);
  return found == streams_.end() ? nullptr : &found->second->link;
}

wake_ups<connection_handle>::mark* stream_table::mark_of(connection_handle handle) {
  const auto found = streams_.find(handle);
  return found == streams_.end() ? nullptr : &found->second->armed_for;
}

void stream_table::add_client(connection_handle handle, const path& to, connect_options options, time_point now) {
  streams_.emplace(handle, std::make_unique<slot>(environment_, handle, to, std::move(options), now));
}

void stream_table::add_relay(connection_handle handle, const path& from, time_point now) {
  streams_.emplace(handle, std::make_unique<slot>(environment_, handle, from, now));
  half_open_.add(handle, from.remote);
}

std::optional<address> stream_table::settle(connection_handle handle) {
  const auto found = streams_.find(handle);
  if (found == streams_.end()) return std::nullopt;
  slot& settled = *found->second;
  if (!settled.link.is_half_open()) half_open_.remove(handle);
  if (settled.link.is_gone()) {
    const address peer = settled.link.current_path().remote;
    streams_.erase(found);
    return peer;
  }
  wake_ups_.arm(handle, settled.armed_for, settled.link.next_deadline());
  return std::nullopt;
}

std::optional<address> stream_table::touch(connection_handle handle) {
  if (const auto gone = settle(handle)) return gone;
  const auto found = streams_.find(handle);
  if (found != streams_.end() && !std::exchange(found->second->told_ready, true)) ready_.push_back(handle);
  return std::nullopt;
}

std::optional<std::size_t> stream_table::poll(time_point now, connection_handle handle, mutable_byte_view buffer) {
  const auto found = streams_.find(handle);
  if (found == streams_.end()) return std::nullopt;
  const auto size = found->second->link.poll(now, buffer);
  if (!size) found->second->told_ready = false;
  return size;
}

std::optional<connection_handle> stream_table::poll_ready() {
  while (!ready_.empty()) {
    const connection_handle handle = ready_.front();
    ready_.pop_front();
    if (streams_.contains(handle)) return handle;
  }
  return std::nullopt;
}

}  // namespace tern::proto
