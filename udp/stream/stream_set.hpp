// The streams of one driver: connects and accepts them, carries octets between their sockets
// and the endpoint, and ends them as the endpoint says. Each is served in turn and a bounded
// amount at a time. It keeps of a stream at most what one poll_stream() gave.
#pragma once

#include "proto/endpoint.hpp"
#include "udp/driver_counters.hpp"
#include "udp/net.hpp"
#include "udp/stream/driven_stream.hpp"
#include "udp/stream/stream_listener.hpp"
#include "udp/unreachable_report.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace tern::udp {

class stream_set : public std::enable_shared_from_this<stream_set> {
 public:
  using handle = proto::connection_handle;

  // `wake` asks for a turn, soon. Endpoint, counters and what `wake` refers to outlive this
  // object, except while a handler of its own holds it.
  stream_set(net::any_io_executor executor, proto::endpoint& endpoint, driver_counters& counters,
             std::function<void()> wake)
      : executor_(std::move(executor)), endpoint_(&endpoint), counters_(&counters), wake_(std::move(wake)) {}

  // `socket` has begun to connect to `to`, or could not.
  void open(handle stream, const proto::address& to, result<stream_socket> socket);
  std::optional<proto::address> local_address_of(handle stream) const;
  void add_listener(stream_listener listener);
  // Streams that were accepted, at most; more are closed at once.
  void set_accepted_max(std::size_t streams) { accepted_max_ = streams; }

  // The parts of a driver's turn: what the sockets have, what the endpoint has, and what it
  // says about a stream's end.
  void take(proto::time_point now);
  void give(proto::time_point now);
  void finish(proto::time_point now, const proto::stream_finished& event);
  // Why streams could not be connected or were cut, since the last call.
  std::vector<unreachable_report> take_reports() { return std::exchange(reports_, {}); }

  // A turn stopped at its bounds.
  bool wants_turn() const;
  std::optional<proto::time_point> next_deadline() const;
  // Closes everything.
  void clear();

 private:
  struct acceptor {
    acceptor(const net::any_io_executor& executor, stream_listener opened)
        : listener(std::move(opened)), ready(executor, listener.native_handle()) {}
    stream_listener listener;
    readiness ready;
    bool is_ready = false;                          // else a wait for that is under way
    std::optional<proto::time_point> paused_until;  // the system has no descriptors
  };
  struct farewell {
    proto::time_point ends_at;
    handle stream;
  };

  driven_stream* find(handle stream);
  driven_stream& insert(handle stream, stream_socket socket, const proto::address& remote, bool is_ours);
  void close(handle stream);
  void make_buffers();

  // stream_set_accept.cpp
  void accept_all(proto::time_point now);
  void accept_from(std::size_t listening, proto::time_point now);
  void on_accept_error(std::size_t listening, proto::time_point now, std::error_code error);
  void welcome(accepted_stream came, proto::time_point now);

  void on_connected(proto::time_point now, handle stream, driven_stream& one);
  void end_farewells(proto::time_point now);
  void read(proto::time_point now, handle stream, driven_stream& from);
  void on_octets(proto::time_point now, handle stream, driven_stream& from, std::size_t size);
  void on_end(proto::time_point now, handle stream, driven_stream& ended, std::error_code reason);

  // stream_set_give.cpp
  bool write(proto::time_point now, handle stream, driven_stream& to);
  std::size_t write_octets(handle stream, driven_stream& to, proto::byte_view octets);
  bool write_rest(handle stream, driven_stream& to);
  void part(handle stream, driven_stream& leaving);

  // stream_set_waits.cpp
  template <class Function>
  auto when_ready(Function function);
  void wait_acceptable(std::size_t listening);
  void wait_readable(handle stream, driven_stream& one);
  void wait_writable(handle stream, driven_stream& one);
  void on_writable(handle stream, driven_stream& one);
  void queue_reading(handle stream, driven_stream& one);
  void queue_writing(handle stream, driven_stream& one);

  net::any_io_executor executor_;
  proto::endpoint* endpoint_;
  driver_counters* counters_;
  std::function<void()> wake_;
  std::deque<acceptor> acceptors_;
  std::unordered_map<handle, driven_stream> streams_;
  std::size_t accepted_ = 0;
  std::size_t accepted_max_ = static_cast<std::size_t>(-1);
  std::deque<handle> to_read_;
  std::deque<handle> to_write_;
  std::vector<handle> failed_;      // could not even begin to connect
  std::deque<farewell> farewells_;  // in the order of their ends
  std::vector<unreachable_report> reports_;
  proto::bytes read_buffer_;  // made with the first stream
  proto::bytes write_buffer_;
};

}  // namespace tern::udp
