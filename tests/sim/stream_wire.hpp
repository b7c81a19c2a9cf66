// Two endpoints joined by a TCP connection, and what their drivers do about it: connect,
// accept, write what fits and keep the rest, read, shut down, close. Either end's process may
// sleep, or be killed.
#pragma once

#include "proto/endpoint.hpp"
#include "tests/sim/stream_pipe.hpp"

#include <array>
#include <functional>
#include <optional>

namespace tern::sim {

class stream_wire {
 public:
  // The client has called connect_stream(). `relay` is null where nobody listens. `from` is
  // what the relay sees.
  stream_wire(proto::endpoint& client, proto::connection_handle handle, proto::endpoint* relay, const proto::path& from,
              const pipe_conditions& up, const pipe_conditions& down, std::uint64_t seed, proto::time_point now)
      : up_(up, seed * 2),
        down_(down, seed * 2 + 1),
        client_{&client, handle},
        relay_{relay, std::nullopt},
        from_(from),
        established_at_(now + up.delay + down.delay) {}

  stream_pipe& up() { return up_; }
  stream_pipe& down() { return down_; }
  std::optional<proto::connection_handle> client_handle() const { return client_.handle; }
  std::optional<proto::connection_handle> relay_handle() const { return relay_.handle; }
  bool was_refused() const { return is_refused_; }
  // What becomes of this end's process.
  void set_asleep(const proto::endpoint& at, bool asleep) {
    for (end* one : {&client_, &relay_})
      if (one->side == &at) one->is_asleep = asleep;
  }
  // Its kernel resets what it had.
  void lose(const proto::endpoint& at, proto::time_point now) {
    for (end* one : {&client_, &relay_}) {
      if (one->side != &at) continue;
      one->side = nullptr;
      one->is_closed = true;
      reset(now);
    }
  }

  // Octets that each side has ever written.
  std::uint64_t written_by_client() const { return client_.written; }
  std::uint64_t written_by_relay() const { return relay_.written; }
  // The sockets at both ends are closed.
  bool is_over() const { return client_.is_closed && (relay_.is_closed || is_refused_ || relay_.side == nullptr); }

  std::function<void(bool by_client, proto::byte_view)> on_write = [](bool, proto::byte_view) {};

  // What poll_stream_ready() and stream_finished of that endpoint say; others' are ignored.
  void on_ready(const proto::endpoint& at, proto::connection_handle stream) {
    if (end* one = find(at, stream)) one->has_more = true;
  }
  void on_finished(const proto::endpoint& at, const proto::stream_finished& event) {
    if (end* one = find(at, event.connection)) one->finished = event.how;
  }

  // Writes what there is and what fits. True if an endpoint was asked and had something.
  bool transmit(proto::time_point now) {
    if (now < established_at_) return false;
    const bool client_wrote = transmit(now, client_, up_);
    const bool relay_wrote = transmit(now, relay_, down_);
    close_finished(now);
    return client_wrote || relay_wrote;
  }
  // Hands over what has arrived.
  void deliver(proto::time_point now) {
    if (awaits_accept() && now >= established_at_) accept(now);
    deliver(now, up_, relay_);
    deliver(now, down_, client_);
  }
  std::optional<proto::time_point> next_deadline() const {
    if (awaits_accept()) return established_at_;
    std::optional<proto::time_point> next;
    for (const auto& [pipe, reader] : {std::pair{&up_, &relay_}, std::pair{&down_, &client_}}) {
      const auto due = pipe->next_deadline();
      if (due && reads(*reader) && (!next || *due < *next)) next = due;
    }
    return next;
  }

  // The network kills the connection: both ends see a reset.
  void reset(proto::time_point now) {
    up_.reset(now);
    down_.reset(now);
  }

 private:
  struct end {
    proto::endpoint* side;
    std::optional<proto::connection_handle> handle;
    proto::bytes rest{};  // was taken from poll_stream() and did not fit
    bool has_more = true;
    std::optional<proto::stream_finished::manner> finished{};
    bool is_closed = false;
    bool is_asleep = false;
    bool has_ended = false;  // the other side has
    std::uint64_t written = 0;
  };

  end* find(const proto::endpoint& at, proto::connection_handle stream) {
    for (end* one : {&client_, &relay_})
      if (one->side == &at && one->handle == stream) return one;
    return nullptr;
  }
  bool awaits_accept() const { return !relay_.handle && !is_refused_ && client_.side != nullptr; }
  static bool reads(const end& one) { return one.side != nullptr && one.handle && !one.has_ended && !one.is_asleep; }
  void accept(proto::time_point now) {
    if (relay_.side != nullptr) {
      if (const auto accepted = relay_.side->accept_stream(now, from_)) {
        relay_.handle = *accepted;
        return;
      }
    }
    is_refused_ = true;
    reset(now);
  }
  bool transmit(proto::time_point now, end& writer, stream_pipe& pipe) {
    if (writer.side == nullptr || !writer.handle || writer.is_asleep) return false;
    std::array<std::uint8_t, 16U << 10U> buffer{};
    bool had_something = false;
    for (;;) {
      const std::size_t fits = std::min(pipe.room(), writer.rest.size());
      const proto::byte_view now_written = proto::byte_view{writer.rest}.first(fits);
      if (fits > 0) on_write(&writer == &client_, now_written);
      pipe.write(now, now_written);
      writer.written += fits;
      writer.rest.erase(writer.rest.begin(), writer.rest.begin() + static_cast<std::ptrdiff_t>(fits));
      if (!writer.rest.empty() || !writer.has_more || pipe.room() == 0) return had_something;
      const auto size = writer.side->poll_stream(now, *writer.handle, buffer);
      writer.has_more = size.has_value();
      had_something |= size.has_value();
      if (size) writer.rest.assign(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*size));
    }
  }
  void deliver(proto::time_point now, stream_pipe& pipe, end& reader) {
    if (!reads(reader)) return;
    while (auto octets = pipe.read(now)) reader.side->on_stream_data(now, *reader.handle, *octets);
    if (!pipe.has_ended(now)) return;
    reader.has_ended = true;
    reader.side->on_stream_end(now, *reader.handle);
  }
  void close_finished(proto::time_point now) {
    close_finished(now, client_, up_);
    if (relay_.handle) close_finished(now, relay_, down_);
  }
  void close_finished(proto::time_point now, end& one, stream_pipe& out) {
    if (!one.finished || one.is_closed) return;
    if (*one.finished == proto::stream_finished::manner::abort) {
      reset(now);
      one.is_closed = true;
    } else if (one.rest.empty()) {
      out.end(now);
      one.is_closed = one.has_ended;
    }
  }

  stream_pipe up_;
  stream_pipe down_;
  end client_;
  end relay_;
  proto::path from_;
  proto::time_point established_at_;
  bool is_refused_ = false;
};

}  // namespace tern::sim
