#include "relay/server/log_sink.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <string>
#include <unistd.h>

namespace tern::relay {

bool takes_a_line(int descriptor) {
  ::pollfd asked{descriptor, POLLOUT, 0};
  return ::poll(&asked, 1, 0) == 1 && (asked.revents & POLLOUT) != 0;
}

bool write_line(int descriptor, std::string_view line) {
  if (!takes_a_line(descriptor)) return false;
  std::string whole{line.substr(0, PIPE_BUF)};
  if (whole.size() < line.size()) whole.back() = '\n';
  ssize_t written = -1;
  do {
    written = ::write(descriptor, whole.data(), whole.size());
  } while (written < 0 && errno == EINTR);
  return written == static_cast<ssize_t>(whole.size());
}

void log_sink::sink_it_(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  if (!write_line(descriptor_, {line.data(), line.size()})) ++lost_;
}

}  // namespace tern::relay
