// One connection to the control socket: reads a line, has it answered, reads the next.
#pragma once

#include "relay/control/control_server.hpp"

#include <array>

namespace tern::relay {

class control_connection : public std::enable_shared_from_this<control_connection> {
 public:
  control_connection(const net::any_io_executor& executor, udp::descriptor connection,
                     std::shared_ptr<const control_service> service);

  // Once.
  void begin() { take_request(); }
  void close();
  bool is_open() const { return stream_.is_open(); }

 private:
  void take_request();
  void read_more();
  void on_line(std::string_view line);
  void write(std::string answer);
  // Closes unless what begins now is done by then.
  void expect_within(std::chrono::milliseconds patience);

  asio::posix::stream_descriptor stream_;
  net::steady_timer timer_;
  std::shared_ptr<const control_service> service_;
  std::array<char, 1024> chunk_{};
  std::string input_;  // at most a request and a chunk
  std::string output_;
};

}  // namespace tern::relay
