#include "udp/plain/line_splitter.hpp"

#include <algorithm>

namespace tern::udp {

void line_splitter::push(proto::byte_view data) {
  held_.erase(0, begin_);
  searched_ -= begin_;
  begin_ = 0;
  held_.append(proto::as_text(data));
}

std::string line_splitter::take(std::size_t size, std::size_t separator_size) {
  std::string line = held_.substr(begin_, size);
  begin_ += size + separator_size;
  searched_ = begin_;
  return line;
}

std::optional<std::string> line_splitter::next() {
  const std::size_t feed = held_.find('\n', searched_);
  const std::size_t end = std::min(feed, held_.size());
  searched_ = end;
  was_cut_ = end - begin_ > line_bytes_max_;
  if (was_cut_) return take(line_bytes_max_, 0);
  if (feed == std::string::npos) return std::nullopt;
  const bool has_return = feed > begin_ && held_[feed - 1] == '\r';
  const std::size_t return_size = has_return ? 1 : 0;
  return take(feed - begin_ - return_size, return_size + 1);
}

std::optional<std::string> line_splitter::rest() {
  if (auto line = next()) return line;
  if (begin_ == held_.size()) return std::nullopt;
  return take(held_.size() - begin_, 0);
}

}  // namespace tern::udp
