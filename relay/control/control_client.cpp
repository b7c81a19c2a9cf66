#include "relay/control/control_client.hpp"

#include <array>
#include <cerrno>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

namespace tern::relay {

namespace {

constexpr int patience_ms = 10'000;
constexpr std::size_t answer_bytes_max = std::size_t{1024} * 1024;

int patience_of(const control_request& request) {
  const bool takes_long =
      std::holds_alternative<backup_request>(request) || std::holds_alternative<verify_request>(request);
  return takes_long ? -1 : patience_ms;
}

tl::unexpected<control_error> broken(const std::filesystem::path& folder, std::string_view how,
                                     control_problem what = control_problem::unanswered) {
  return tl::unexpected{control_error{what, fmt::format("the relay on {} {}: look at its log", folder.string(), how)}};
}

bool send_all(int to, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(to, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

tl::expected<std::string, control_error> ask_relay(const std::filesystem::path& folder,
                                                   const control_request& request) {
  const auto connection = connect_for_control(folder);
  if (!connection) return tl::unexpected{connection.error()};
  if (!send_all(connection->get(), to_line(request)))
    return broken(folder, "does not listen to its control socket", control_problem::unusable);
  std::string answer;
  std::array<char, 4096> chunk{};
  while (answer.size() < answer_bytes_max) {
    ::pollfd waiting{connection->get(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, patience_of(request));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return broken(folder, "does not answer at its control socket");
    const ssize_t size = ::read(connection->get(), chunk.data(), chunk.size());
    if (size <= 0) return broken(folder, "hung up before it answered");
    answer.append(chunk.data(), static_cast<std::size_t>(size));
    if (answer.ends_with('\n')) {
      answer.pop_back();
      return answer;
    }
  }
  return broken(folder, "gives an answer without an end");
}

}  // namespace tern::relay
