// Lines from a descriptor such as standard input: a terminal, a pipe, a file, /dev/null.
// The descriptor is neither closed nor made non-blocking.
#pragma once

#include "udp/net.hpp"
#include "udp/plain/line_splitter.hpp"
#include "udp/readiness.hpp"
#include "udp/result.hpp"

#include <memory>
#include <optional>
#include <string>

namespace tern::udp {

// What becomes of a line that is longer: it comes in pieces, or next_line() refuses it whole and goes on behind it.
struct line_limit {
  std::size_t bytes_max = line_splitter::default_line_bytes_max;
  bool refuses = false;
};

class line_input {
 public:
  // `fd` is borrowed. errc::bad_file_descriptor where it is not open.
  static result<line_input> open(const net::any_io_executor& executor, int fd, line_limit limit = {});

  // The next line without its end; nothing when there are no more. errc::message_size for a line that is refused;
  // errc::operation_canceled after cancel().
  net::awaitable<result<std::optional<std::string>>> next_line();
  void cancel() { ready_->cancel(); }

 private:
  line_input(std::unique_ptr<readiness> ready, int fd, line_limit limit)
      : ready_(std::move(ready)), fd_(fd), refuses_(limit.refuses), lines_(limit.bytes_max) {}
  net::awaitable<std::error_code> wait();
  std::optional<std::string> next_held();

  std::unique_ptr<readiness> ready_;
  int fd_;
  bool refuses_;
  bool is_refusing_ = false;  // inside a line that is refused
  bool is_always_ready_ = false;
  bool has_ended_ = false;
  line_splitter lines_;
};

}  // namespace tern::udp
