#include "relay/text/line_reader.hpp"

#include <utility>

namespace tern::relay {

void line_reader::push(std::string_view text) {
  held_ += text;
  if (held_.size() <= line_bytes_max_ || has_line()) return;
  is_skipping_ = true;
  held_.clear();
}

std::optional<text_line> line_reader::next() {
  const std::size_t end = held_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  text_line line = finish(held_.substr(0, end));
  held_.erase(0, end + 1);
  return line;
}

std::optional<text_line> line_reader::rest() {
  if (auto line = next()) return line;
  if (held_.empty() && !is_skipping_) return std::nullopt;
  return finish(std::exchange(held_, {}));
}

text_line line_reader::finish(std::string text) {
  if (std::exchange(is_skipping_, false) || text.size() > line_bytes_max_) return {.text = {}, .is_too_long = true};
  return {.text = std::move(text), .is_too_long = false};
}

}  // namespace tern::relay
