// Waiting for sockets. What is ready is only noted; the next turn does something about it.
#include "udp/stream/stream_set.hpp"

#include <utility>

namespace tern::udp {

// Does `function` later, unless this set is gone by then, and asks for a turn.
template <class Function>
auto stream_set::when_ready(Function function) {
  return [self = weak_from_this(), function](std::error_code error) {
    const auto alive = self.lock();
    if (!alive || error) return;
    function(*alive);
    alive->wake_();
  };
}

void stream_set::wait_acceptable(std::size_t listening) {
  acceptors_[listening].ready.on_readable(when_ready([listening](stream_set& self) {
    if (listening < self.acceptors_.size()) self.acceptors_[listening].is_ready = true;
  }));
}

void stream_set::wait_readable(handle stream, driven_stream& one) {
  one.ready.on_readable(when_ready([stream](stream_set& self) {
    if (driven_stream* ready = self.find(stream)) self.queue_reading(stream, *ready);
  }));
}

void stream_set::wait_writable(handle stream, driven_stream& one) {
  one.waits_writable = true;
  one.ready.on_writable(when_ready([stream](stream_set& self) {
    if (driven_stream* ready = self.find(stream)) self.on_writable(stream, *ready);
  }));
}

void stream_set::on_writable(handle stream, driven_stream& one) {
  one.waits_writable = false;
  if (one.now_in == driven_stream::phase::connecting) {
    queue_reading(stream, one);
  } else {
    queue_writing(stream, one);
  }
}

void stream_set::queue_reading(handle stream, driven_stream& one) {
  if (!std::exchange(one.is_to_be_read, true)) to_read_.push_back(stream);
}

void stream_set::queue_writing(handle stream, driven_stream& one) {
  if (one.waits_writable) return;  // it will be queued after that
  if (!std::exchange(one.is_to_be_written, true)) to_write_.push_back(stream);
}

}  // namespace tern::udp
