// Receives text datagrams, tells each, and answers where asked to.
#pragma once

#include "udp/plain/datagram_port.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tern::udp {

struct datagram_listener_options {
  std::optional<std::string> reply;         // sent to where each datagram came from, unless that could loop
  std::optional<std::size_t> messages_max;  // run() ends after so many
};

class datagram_listener {
 public:
  // `text` is valid during the call only.
  using message_handler = std::function<void(const proto::address& from, std::string_view text)>;

  datagram_listener(datagram_port port, datagram_listener_options options, message_handler on_message)
      : port_(std::move(port)), options_(std::move(options)), on_message_(std::move(on_message)) {}

  const proto::address& local_address() const { return port_.local_address(); }
  std::size_t message_count() const { return messages_; }

  // Ends after messages_max, after stop(), or with an error of the socket. This object
  // must outlive it.
  net::awaitable<std::error_code> run();
  void stop();

 private:
  bool is_done() const { return is_stopping_ || (options_.messages_max && messages_ >= *options_.messages_max); }

  datagram_port port_;
  datagram_listener_options options_;
  message_handler on_message_;
  std::size_t messages_ = 0;
  bool is_stopping_ = false;
};

}  // namespace tern::udp
