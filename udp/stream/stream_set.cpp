#include "udp/stream/stream_set.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tern::udp {

namespace {

constexpr std::size_t read_buffer_bytes = 64 * 1024;
constexpr std::size_t write_buffer_bytes = 16 * 1024;
// Bounds of one turn, so that nobody waits long for the others.
constexpr std::size_t reads_max = 32;
constexpr std::size_t writes_max = 256;
constexpr int chunks_in_a_row_max = 4;
// How long a stream that is over may take to end.
constexpr std::chrono::seconds farewell_max{2};

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

void stream_set::open(handle stream, const proto::address& to) {
  auto socket = stream_socket::connect(to);
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

void stream_set::finish(proto::time_point now, const proto::stream_finished& event) {
  driven_stream* one = find(event.connection);
  if (one == nullptr) return;
  if (event.how == proto::stream_finished::manner::abort || one->now_in == driven_stream::phase::connecting) {
    one->socket.make_closing_abrupt();
    return close(event.connection);
  }
  one->now_in = driven_stream::phase::leaving;
  farewells_.push_back({now + farewell_max, event.connection});
  part(event.connection, *one);
}

// Once everything is written.
void stream_set::part(handle stream, driven_stream& leaving) {
  if (!leaving.unwritten.empty()) return;
  if (leaving.has_ended) return close(stream);
  leaving.socket.shut_down_sending();
}

void stream_set::give(proto::time_point now) {
  while (const auto stream = endpoint_->poll_stream_ready()) {
    if (driven_stream* to = find(*stream)) queue_writing(*stream, *to);
  }
  for (auto left = std::min(to_write_.size(), writes_max); left > 0; --left) {
    const handle stream = to_write_.front();
    to_write_.pop_front();
    driven_stream* to = find(stream);
    if (to == nullptr) continue;
    to->is_to_be_written = false;
    if (write(now, stream, *to)) queue_writing(stream, *to);
  }
}

// True where there may be more for it now.
bool stream_set::write(proto::time_point now, handle stream, driven_stream& to) {
  if (!write_rest(stream, to)) return false;
  if (to.now_in == driven_stream::phase::leaving) {
    part(stream, to);
    return false;
  }
  for (int chunk = 0; chunk < chunks_in_a_row_max; ++chunk) {
    const auto size = endpoint_->poll_stream(now, stream, write_buffer_);
    if (!size) return false;
    const proto::byte_view octets{write_buffer_.data(), *size};
    const auto taken = write_octets(stream, to, octets);
    if (to.takes_nothing) return false;
    if (taken < *size) {
      to.unwritten.assign(octets.begin() + static_cast<std::ptrdiff_t>(taken), octets.end());
      return false;
    }
  }
  return true;
}

// False where it takes no more now.
bool stream_set::write_rest(handle stream, driven_stream& to) {
  if (to.takes_nothing) return false;
  if (to.unwritten.empty()) return true;
  const auto taken = write_octets(stream, to, to.unwritten);
  if (taken == to.unwritten.size()) {
    to.unwritten = {};  // and its memory
    return true;
  }
  to.unwritten.erase(to.unwritten.begin(), to.unwritten.begin() + static_cast<std::ptrdiff_t>(taken));
  return false;
}

// How many were taken. All of them, or the stream is waited for, or it takes nothing any more.
std::size_t stream_set::write_octets(handle stream, driven_stream& to, proto::byte_view octets) {
  const auto taken = to.socket.write(octets);
  if (!taken && !would_block(taken.error())) {
    to.takes_nothing = true;
    queue_reading(stream, to);
    return 0;
  }
  const std::size_t size = taken.value_or(0);
  counters_->stream_bytes_sent += size;
  if (size < octets.size()) wait_writable(stream, to);
  return size;
}

}  // namespace tern::udp
