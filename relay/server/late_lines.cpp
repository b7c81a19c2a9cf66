#include "relay/server/late_lines.hpp"

#include "relay/server/private_file.hpp"

#include <utility>

namespace tern::relay {

void late_lines::add(std::string_view line) {
  const std::lock_guard guard{mutex_};
  text_ += line;
}

bool late_lines::is_empty() const {
  const std::lock_guard guard{mutex_};
  return text_.empty();
}

tl::expected<void, std::string> late_lines::write() {
  std::string text;
  {
    const std::lock_guard guard{mutex_};
    text = std::exchange(text_, {});
  }
  if (text.empty()) return {};
  auto written = append_lines_to_private_file(file_, text);
  if (!written) {
    const std::lock_guard guard{mutex_};
    text_.insert(0, text);
  }
  return written;
}

}  // namespace tern::relay
