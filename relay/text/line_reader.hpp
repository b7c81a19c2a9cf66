// Text in pieces, lines out. Of a line above the maximum nothing is kept but that there was one. Lines are taken one
// at a time, so that whoever has to wait with the next one leaves it here. However the text is cut, and however many
// lines there are in it, each octet is looked at and copied a bounded number of times.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tern::relay {

struct text_line {
  std::string text;  // without its end
  bool is_too_long = false;
};

// `Traits`: of the string that holds the text. Tests count with them what is done to it.
template <class Traits>
class basic_line_reader {
 public:
  explicit basic_line_reader(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  // What is held stays within one line and one push, if it has no whole line when this is called.
  void push(std::string_view text);
  bool has_line() const { return end_ != none; }
  std::optional<text_line> next();
  // At the end of input: what came after the last line end, if anything.
  std::optional<text_line> rest();
  std::size_t held_bytes() const { return held_.size() - begin_; }

 private:
  using held_text = std::basic_string<char, Traits>;
  static constexpr std::size_t none = held_text::npos;

  void drop_taken();
  // Precondition: [begin_, end) is all of the line.
  text_line take(std::size_t end);

  std::size_t line_bytes_max_;
  held_text held_;
  std::size_t begin_ = 0;     // of the next line: what is before it was taken
  std::size_t end_ = none;    // of the next line, if all of it is here
  bool is_skipping_ = false;  // the beginning of this line was too much already
};

using line_reader = basic_line_reader<std::char_traits<char>>;

template <class Traits>
void basic_line_reader<Traits>::push(std::string_view text) {
  drop_taken();
  const std::size_t looked_at = held_.size();
  held_.append(text.data(), text.size());
  if (!has_line()) end_ = held_.find('\n', looked_at);
  if (has_line() || held_bytes() <= line_bytes_max_) return;
  is_skipping_ = true;
  held_.clear();
  begin_ = 0;
}

template <class Traits>
std::optional<text_line> basic_line_reader<Traits>::next() {
  if (!has_line()) return std::nullopt;
  text_line line = take(end_);
  begin_ = end_ + 1;
  end_ = held_.find('\n', begin_);
  return line;
}

template <class Traits>
std::optional<text_line> basic_line_reader<Traits>::rest() {
  if (auto line = next()) return line;
  if (held_bytes() == 0 && !is_skipping_) return std::nullopt;
  text_line line = take(held_.size());
  begin_ = held_.size();
  return line;
}

// What was taken is at least half of what moves: each octet pays for one other.
template <class Traits>
void basic_line_reader<Traits>::drop_taken() {
  if (begin_ < held_bytes()) return;
  held_.erase(0, begin_);
  if (has_line()) end_ -= begin_;
  begin_ = 0;
}

template <class Traits>
text_line basic_line_reader<Traits>::take(std::size_t end) {
  const std::size_t size = end - begin_;
  if (std::exchange(is_skipping_, false) || size > line_bytes_max_) return {.text = {}, .is_too_long = true};
  return {.text = std::string(held_.data() + begin_, size), .is_too_long = false};
}

}  // namespace tern::relay
