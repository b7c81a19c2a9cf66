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

class line_input {
 public:
  // `fd` is borrowed. errc::bad_file_descriptor where it is not open.
  static result<line_input> open(const net::any_io_executor& executor, int fd);

  // The next line without its end; nothing when there are no more. Ends with
  // errc::operation_canceled after cancel().
  net::awaitable<result<std::optional<std::string>>> next_line();
  void cancel() { ready_->cancel(); }

 private:
  line_input(std::unique_ptr<readiness> ready, int fd) : ready_(std::move(ready)), fd_(fd) {}
  net::awaitable<std::error_code> wait();

  std::unique_ptr<readiness> ready_;
  int fd_;
  bool is_always_ready_ = false;
  bool has_ended_ = false;
  line_splitter lines_;
};

}  // namespace tern::udp
