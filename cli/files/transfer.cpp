#include "cli/files/transfer.hpp"

#include "cli/failure.hpp"
#include "cli/process/interrupt.hpp"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace tern::cli {

namespace {
std::error_code last_error() { return {errno, std::generic_category()}; }

void throw_if_interrupted() {
  if (pending_signal() != 0) throw interrupted(pending_signal());
}

// Whether the call that just failed with errno is worth repeating, after waiting if need be.
bool repeat_after(int fd, short events) {
  if (errno == EINTR) {
    throw_if_interrupted();
    return true;
  }
  if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
  pollfd waiting{fd, events, 0};
  if (::poll(&waiting, 1, -1) < 0) throw_if_interrupted();
  return true;
}
}  // namespace

std::error_code write_all(int fd, std::string_view data) {
  while (!data.empty()) {
    const auto written = ::write(fd, data.data(), data.size());
    if (written >= 0) {
      data.remove_prefix(static_cast<std::size_t>(written));
    } else if (!repeat_after(fd, POLLOUT)) {
      return last_error();
    }
  }
  return {};
}

std::string read_some(int fd, std::size_t bytes_max, std::error_code& error) {
  std::string buffer(bytes_max, '\0');
  for (;;) {
    const auto count = ::read(fd, buffer.data(), buffer.size());
    if (count >= 0) {
      buffer.resize(static_cast<std::size_t>(count));
      return buffer;
    }
    if (!repeat_after(fd, POLLIN)) break;
  }
  error = last_error();
  return {};
}

std::optional<std::string> read_to_end(int fd, std::size_t bytes_max, std::error_code& error) {
  std::string whole;
  for (;;) {
    const std::string piece = read_some(fd, 65536, error);
    if (error || piece.empty()) return whole;
    whole += piece;
    if (whole.size() > bytes_max) return std::nullopt;
  }
}

void occupy_standard_descriptors() {
  for (const int fd : {0, 1, 2}) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    // Opened the wrong way round: reading 0 and writing 1 or 2 stays the error EBADF.
    const int opened = ::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
    if (opened >= 0 && opened != fd) ::close(opened);
  }
}

}  // namespace tern::cli
