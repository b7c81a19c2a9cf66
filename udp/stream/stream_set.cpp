#include "udp/stream/stream_set.hpp"

#include <algorithm>
#include <utility>

namespace tern::udp {

namespace {

constexpr std::size_t read_buffer_bytes = 64 * 1024;
constexpr std::size_t write_buffer_bytes = 16 * 1024;
// In a turn, so that nobody waits long for the others.
constexpr std::size_t reads_max = 32;

bool would_block(std::error_code error) { return error == std::errc::operation_would_block; }

}  // namespace

void stream_set::make_buffers() {
  read_buffer_.resize(read_buffer_bytes);
  write_buffer_.resize(write_buffer_bytes);
}

driven_stream* stream_set::find(handle stream) {
  const auto found = streams_.find(stream);
  return found == streams_.end() ? nullptr : &found->second;
}

driven_stream& stream_set::insert(handle stream, stream_socket socket, const proto::address& remote, bool is_ours) {
  make_buffers();
  return streams_.try_emplace(stream, executor_, std::move(socket), remote, is_ours).first->second;
}

void stream_set::close(handle stream) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  if (!found->second.opened_by_us) --accepted_;
  streams_.erase(found);
}

void stream_set::clear() {
  streams_.clear();
  acceptors_.clear();
  accepted_ = 0;
}

void stream_set::open(handle stream, const proto::address& to, result<stream_socket> socket) {
  if (socket) {
    wait_writable(stream, insert(stream, std::move(*socket), to, true));
  } else {
    ++counters_->streams_failed;
    reports_.push_back({to, socket.error(), stream});
    failed_.push_back(stream);
    wake_();
  }
}

std::optional<proto::address> stream_set::local_address_of(handle stream) const {
  const auto found = streams_.find(stream);
  if (found == streams_.end() || found->second.now_in == driven_stream::phase::connecting) return std::nullopt;
  return found->second.socket.local_address();
}

std::optional<proto::time_point> stream_set::next_deadline() const {
  std::optional<proto::time_point> earliest;
  const auto keep_earlier = [&earliest](proto::time_point due) {
    earliest = earliest ? std::min(*earliest, due) : due;
  };
  if (!farewells_.empty()) keep_earlier(farewells_.front().ends_at);
  for (const auto& each : acceptors_) {
    if (each.paused_until) keep_earlier(*each.paused_until);
  }
  return earliest;
}

bool stream_set::wants_turn() const {
  const auto is_ready = [](const acceptor& each) { return each.is_ready; };
  return !to_read_.empty() || !to_write_.empty() || !failed_.empty() || !reports_.empty() ||
         std::any_of(acceptors_.begin(), acceptors_.end(), is_ready);
}

void stream_set::take(proto::time_point now) {
  for (const auto stream : std::exchange(failed_, {})) endpoint_->on_stream_end(now, stream);
  end_farewells(now);
  accept_all(now);
  for (auto left = std::min(to_read_.size(), reads_max); left > 0; --left) {
    const handle stream = to_read_.front();
    to_read_.pop_front();
    driven_stream* from = find(stream);
    if (from == nullptr) continue;
    from->is_to_be_read = false;
    if (from->now_in == driven_stream::phase::connecting) {
      on_connected(now, stream, *from);
    } else {
      read(now, stream, *from);
    }
  }
}

void stream_set::end_farewells(proto::time_point now) {
  while (!farewells_.empty() && farewells_.front().ends_at <= now) {
    close(farewells_.front().stream);
    farewells_.pop_front();
  }
}

void stream_set::on_connected(proto::time_point now, handle stream, driven_stream& one) {
  if (const auto error = one.socket.connect_error()) {
    ++counters_->streams_failed;
    return on_end(now, stream, one, error);
  }
  ++counters_->streams_opened;
  one.now_in = driven_stream::phase::open;
  wait_readable(stream, one);
  queue_writing(stream, one);
}

void stream_set::read(proto::time_point now, handle stream, driven_stream& from) {
  const auto size = from.socket.read(read_buffer_);
  if (size && *size > 0) return on_octets(now, stream, from, *size);
  if (size) return on_end(now, stream, from, {});
  if (would_block(size.error()) && !from.takes_nothing) return wait_readable(stream, from);
  on_end(now, stream, from, size.error());
}

void stream_set::on_octets(proto::time_point now, handle stream, driven_stream& from, std::size_t size) {
  counters_->stream_bytes_received += size;
  if (from.now_in == driven_stream::phase::open) endpoint_->on_stream_data(now, stream, {read_buffer_.data(), size});
  if (size < read_buffer_.size()) {
    wait_readable(stream, from);
  } else {
    queue_reading(stream, from);  // there may be more
  }
}

void stream_set::on_end(proto::time_point now, handle stream, driven_stream& ended, std::error_code reason) {
  ended.has_ended = true;
  if (ended.now_in == driven_stream::phase::leaving) {
    close(stream);
  } else if (reason && ended.opened_by_us) {
    reports_.push_back({ended.remote, reason, stream});
  }
  endpoint_->on_stream_end(now, stream);
}

}  // namespace tern::udp
