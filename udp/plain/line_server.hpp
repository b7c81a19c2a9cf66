// Receives lines of text over TCP from anyone who connects: greets, tells each line,
// answers each. What a peer sends before it closes without a line end counts as a line.
// Where there is a greeting and no reply, nothing is sent after the greeting, and a peer
// that says nothing counts as a message: so a visitor who only reads is served, too.
#pragma once

#include "udp/plain/line_ending.hpp"
#include "udp/plain/tcp_server.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tern::udp {

struct line_server_options {
  std::optional<std::string> greeting;      // sent to each connection, as a line
  std::optional<std::string> reply;         // sent for each line, as a line
  std::optional<std::size_t> messages_max;  // run() ends when so many came and were answered
  line_ending ending = line_ending::lf;
  std::size_t connections_max = 256;
};

class line_server {
 public:
  // Calls happen on the executor's thread; text is valid during the call only.
  struct handlers {
    std::function<void(const proto::address& from, std::string_view line)> on_message;
    std::function<void(const proto::address& from)> on_connected;     // may be empty
    std::function<void(const proto::address& from)> on_disconnected;  // may be empty
  };

  line_server(tcp_listener listener, line_server_options options, handlers calls);

  const proto::address& local_address() const { return server_.local_address(); }
  std::size_t message_count() const { return messages_; }

  // Ends after messages_max, after stop(), or with an error of the listener. This object
  // must outlive it.
  net::awaitable<std::error_code> run() { return server_.run(); }
  void stop() { server_.stop(); }

 private:
  bool has_enough() const { return options_.messages_max && messages_ >= *options_.messages_max; }
  net::awaitable<void> serve(std::shared_ptr<tcp_stream> stream);
  bool only_greets() const { return options_.greeting && !options_.reply; }
  net::awaitable<std::size_t> serve_lines(tcp_stream& stream);  // how many there were
  net::awaitable<std::error_code> take(tcp_stream& stream, std::string line);
  net::awaitable<std::error_code> write_line(tcp_stream& stream, std::string line);

  line_server_options options_;
  handlers calls_;
  std::size_t messages_ = 0;
  tcp_server server_;
};

}  // namespace tern::udp
