// Bytes in whatever pieces they come, lines out. A line ends with LF or CRLF, which are
// taken off. A line above the maximum comes out in pieces of that size.
#pragma once

#include "proto/bytes.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace tern::udp {

class line_splitter {
 public:
  static constexpr std::size_t default_line_bytes_max = 64 * 1024;

  explicit line_splitter(std::size_t line_bytes_max = default_line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  void push(proto::byte_view data);
  // The next whole line. Call until there is none before pushing more, which keeps what
  // is held within one line and one push.
  std::optional<std::string> next();
  // At the end of input: what came after the last line end, if anything.
  std::optional<std::string> rest();
  // Whether the last one handed out was a piece of a line that goes on.
  bool was_cut() const { return was_cut_; }

 private:
  std::string take(std::size_t size, std::size_t separator_size);

  std::size_t line_bytes_max_;
  std::string held_;
  std::size_t begin_ = 0;  // what is before it was handed out
  bool was_cut_ = false;
  std::size_t searched_ = 0;  // no line feed in [begin_, searched_)
};

}  // namespace tern::udp
