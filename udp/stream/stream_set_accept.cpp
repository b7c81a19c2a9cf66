// Who comes in. An accept loop that nothing ends: not a stream that was given up while it
// waited, and not a system that has no descriptors left.
#include "udp/stream/stream_set.hpp"

#include <chrono>
#include <utility>

namespace tern::udp {

namespace {

constexpr int accepts_max = 64;  // in a turn
constexpr std::chrono::milliseconds accept_pause{100};

}  // namespace

void stream_set::add_listener(stream_listener listener) {
  acceptors_.emplace_back(executor_, std::move(listener));
  wait_acceptable(acceptors_.size() - 1);
}

void stream_set::accept_all(proto::time_point now) {
  for (std::size_t i = 0; i < acceptors_.size(); ++i) {
    acceptor& each = acceptors_[i];
    if (each.paused_until && *each.paused_until <= now) {
      each.paused_until.reset();
      each.is_ready = true;
    }
    if (each.is_ready) accept_from(i, now);
  }
}

void stream_set::accept_from(std::size_t listening, proto::time_point now) {
  acceptor& from = acceptors_[listening];
  for (int i = 0; i < accepts_max && from.is_ready; ++i) {
    auto came = from.listener.accept();
    if (came) {
      welcome(std::move(*came), now);
    } else {
      on_accept_error(listening, now, came.error());
    }
  }
}

void stream_set::on_accept_error(std::size_t listening, proto::time_point now, std::error_code error) {
  acceptor& from = acceptors_[listening];
  if (error == std::errc::operation_would_block) {
    from.is_ready = false;
    return wait_acceptable(listening);
  }
  ++counters_->accept_failed;
  if (is_of_one_stream(error)) return;
  from.is_ready = false;
  from.paused_until = now + accept_pause;
}

// Who is not welcome is not told why: nobody has proved yet to be one of ours.
void stream_set::welcome(accepted_stream came, proto::time_point now) {
  if (accepted_ >= accepted_max_) return static_cast<void>(++counters_->streams_refused);
  const auto stream = endpoint_->accept_stream(now, proto::path{came.remote, 0});
  if (!stream) return static_cast<void>(++counters_->streams_refused);
  ++counters_->streams_accepted;
  ++accepted_;
  wait_readable(*stream, insert(*stream, std::move(came.socket), came.remote, false));
}

}  // namespace tern::udp
