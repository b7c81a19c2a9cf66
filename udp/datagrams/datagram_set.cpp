#include "udp/datagrams/datagram_set.hpp"

namespace tern::udp {

namespace {

// Bounds of one turn, so that a flood in one direction does not starve the other.
constexpr std::size_t receive_max = 256;
constexpr std::size_t send_max = 256;
constexpr std::size_t reports_max = 256;

}  // namespace

std::uint32_t datagram_set::add(udp_socket socket) {
  const std::uint32_t local = last_local_++;
  const auto [place, is_new] = sockets_.try_emplace(local, executor_, std::move(socket));
  wait_readable(local, place->second);
  return local;
}

void datagram_set::remove(std::uint32_t local) {
  sockets_.erase(local);
  if (refused_ && refused_->to.local == local) refused_.reset();
}

const udp_socket* datagram_set::find(std::uint32_t local) const {
  const auto found = sockets_.find(local);
  return found == sockets_.end() ? nullptr : &found->second.socket;
}

std::uint64_t datagram_set::receive_drops() const {
  std::uint64_t total = 0;
  for (const auto& [local, state] : sockets_) total += state.socket.receive_drops().value_or(0);
  return total;
}

bool datagram_set::take(proto::time_point now) {
  bool may_be_more = false;
  for (auto& [local, state] : sockets_) {
    if (state.is_readable) may_be_more |= take_from(now, local, state);
  }
  return may_be_more;
}

bool datagram_set::take_from(proto::time_point now, std::uint32_t local, socket_state& from) {
  for (std::size_t i = 0; i < receive_max; ++i) {
    const auto received = from.socket.receive(receive_buffer_);
    if (!received) {
      take_reports_of(from);
      from.is_readable = false;
      wait_readable(local, from);
      return false;
    }
    ++counters_->datagrams_received;
    const proto::path path{received->from, local};
    endpoint_->on_datagram(now, path, {receive_buffer_.data(), received->size});
  }
  return true;
}

void datagram_set::take_reports_of(socket_state& from) {
  while (const auto report = from.socket.poll_unreachable()) {
    if (reports_.size() < reports_max) reports_.push_back(*report);
  }
}

bool datagram_set::give(proto::time_point now) {
  if (refused_) return false;  // its socket is being waited for
  for (std::size_t i = 0; i < send_max; ++i) {
    const auto out = endpoint_->poll_transmit(now, send_buffer_);
    if (!out || !send(*out)) return false;
  }
  return true;
}

// False where the socket is full; the packet then stays in the buffer.
bool datagram_set::send(const proto::transmit& out) {
  const auto found = sockets_.find(out.to.local);
  if (found == sockets_.end()) {
    ++counters_->send_failed;
    return true;
  }
  const auto error = found->second.socket.send({send_buffer_.data(), out.size}, out.to.remote);
  if (error == std::errc::operation_would_block) {
    ++counters_->send_blocked;
    refused_ = out;
    wait_writable(found->second);
    return false;
  }
  if (error) {
    on_send_error(out, error);
  } else {
    ++counters_->datagrams_sent;
  }
  return true;
}

void datagram_set::on_send_error(const proto::transmit& out, std::error_code error) {
  ++counters_->send_failed;
  if (reports_.size() < reports_max) reports_.push_back({out.to.remote, error});
}

// Does `function` later, unless this set is gone by then, and has a turn.
template <class Function>
auto datagram_set::when_ready(Function function) {
  return [self = weak_from_this(), function](std::error_code error) {
    const auto alive = self.lock();
    if (!alive || error) return;
    function(*alive);
    alive->turn_();
  };
}

void datagram_set::wait_readable(std::uint32_t local, socket_state& socket) {
  socket.ready.on_readable(when_ready([local](datagram_set& self) {
    const auto found = self.sockets_.find(local);
    if (found != self.sockets_.end()) found->second.is_readable = true;
  }));
}

void datagram_set::wait_writable(socket_state& socket) {
  socket.ready.on_writable(when_ready([](datagram_set& self) {
    const auto again = std::exchange(self.refused_, std::nullopt);
    if (again) self.send(*again);
  }));
}

}  // namespace tern::udp
