// What other people wrote, made harmless for a terminal: no control sequence, no
// character that hides or reorders its neighbours, no line that looks like someone
// else's. Everything that is not shown as it is, is shown escaped: \x1b, \u{202e}.
//
// Input may be any bytes. Output is always valid UTF-8, and its only control
// characters are newlines (each followed by the gutter) and, in text, tabs.
// Right-to-left text is wrapped in U+2068 … U+2069, which are added here only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tern::cli {

// Four suffice for every living script; more is a way of writing over other lines.
inline constexpr int combining_marks_max = 4;

// One line: names, topics, errors of a relay, log lines. Newline and tab are escaped as well.
std::string screen_line(std::string_view text);

// Any number of lines, each but the first begun with `gutter`. CRLF counts as a newline.
std::string screen_text(std::string_view text, std::string_view gutter);

// How a message of kind `bytes` is shown: [bytes, 12 KiB].
std::string screen_bytes(std::size_t size);

// Text that arrives in pieces, which may split a character anywhere.
class screen_stream {
 public:
  std::string feed(std::string_view piece);
  std::string finish();  // what was held back, and the end of an open isolate

 private:
  friend class screen_filter;
  std::string held_;
  bool isolate_open_ = false;
  int marks_ = -1;  // combining marks since the last base; -1: there is no base on this line
};

}  // namespace tern::cli
