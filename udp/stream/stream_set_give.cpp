// What leaves, and how a stream ends.
#include "udp/stream/stream_set.hpp"

#include <algorithm>
#include <chrono>

namespace tern::udp {

namespace {

// In a turn, so that nobody waits long for the others.
constexpr std::size_t writes_max = 256;
constexpr int chunks_in_a_row_max = 4;
// How long a stream that is over may take to end.
constexpr std::chrono::seconds farewell_max{2};

}  // namespace

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
  if (!taken && taken.error() != std::errc::operation_would_block) {
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
