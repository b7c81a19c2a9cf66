// Text in pieces, lines out. Of a line above the maximum nothing is kept but that there was one. Lines are taken one
// at a time, so that whoever has to wait with the next one leaves it here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tern::relay {

struct text_line {
  std::string text;  // without its end
  bool is_too_long = false;
};

class line_reader {
 public:
  explicit line_reader(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  // What is held stays within one line and one push, if it has no whole line when this is called.
  void push(std::string_view text);
  bool has_line() const { return held_.find('\n') != std::string::npos; }
  std::optional<text_line> next();
  // At the end of input: what came after the last line end, if anything.
  std::optional<text_line> rest();
  std::size_t held_bytes() const { return held_.size(); }

 private:
  text_line finish(std::string text);

  std::size_t line_bytes_max_;
  std::string held_;
  bool is_skipping_ = false;  // the beginning of this line was too much already
};

}  // namespace tern::relay
