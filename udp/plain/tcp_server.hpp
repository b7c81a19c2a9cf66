// Accepts connections and runs one coroutine for each, up to a number of them.
#pragma once

#include "udp/plain/tcp_listener.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <set>

namespace tern::udp {

class tcp_server {
 public:
  // Serves one connection; the stream is closed when the coroutine ends. What it refers
  // to must live until run() has ended.
  using session = std::function<net::awaitable<void>(std::shared_ptr<tcp_stream>)>;

  // Beyond `connections_max` a connection is closed as soon as it is accepted.
  tcp_server(tcp_listener listener, std::size_t connections_max, session serve);

  const proto::address& local_address() const { return listener_.local_address(); }
  net::any_io_executor executor() { return listener_.executor(); }
  std::size_t connection_count() const { return open_.size(); }
  std::uint64_t refused_count() const { return refused_; }

  // Ends after stop(), when the last session has ended, or with the error that makes
  // accepting impossible. This object must outlive it.
  net::awaitable<std::error_code> run();
  // Stops accepting and closes every connection.
  void stop();

 private:
  void start(tcp_stream stream);
  net::awaitable<void> all_sessions_ended();

  tcp_listener listener_;
  std::size_t connections_max_;
  session serve_;
  std::set<std::shared_ptr<tcp_stream>> open_;
  net::steady_timer session_ended_;
  std::uint64_t refused_ = 0;
  bool is_stopping_ = false;
};

}  // namespace tern::udp
