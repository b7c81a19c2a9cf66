// The other side of a conversation in lines, over TCP here, over UDP in datagram_turns.hpp.
#pragma once

#include "udp/plain/line_ending.hpp"
#include "udp/plain/line_splitter.hpp"
#include "udp/plain/tcp_stream.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tern::udp {

class line_peer {
 public:
  virtual ~line_peer() = default;

  // The line without its end. Sending and receiving may overlap, but one of each.
  virtual net::awaitable<std::error_code> send_line(std::string line) = 0;
  // Nothing when the peer has hung up.
  virtual net::awaitable<result<std::optional<std::string>>> receive_line() = 0;
  // No more lines will be sent.
  virtual void end_sending() = 0;
};

class tcp_line_peer final : public line_peer {
 public:
  explicit tcp_line_peer(tcp_stream stream, line_ending ending = line_ending::lf)
      : stream_(std::move(stream)), ending_(ending) {}

  net::awaitable<std::error_code> send_line(std::string line) override;
  net::awaitable<result<std::optional<std::string>>> receive_line() override;
  void end_sending() override { stream_.half_close(); }

 private:
  tcp_stream stream_;
  line_ending ending_;
  line_splitter lines_;
  bool has_ended_ = false;
};

}  // namespace tern::udp
