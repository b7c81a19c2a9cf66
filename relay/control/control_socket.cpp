#include "relay/control/control_socket.hpp"

#include "relay/control/cannot.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace tern::relay {

namespace {

constexpr mode_t own_socket = 0600;
constexpr int waiting_max = 64;

tl::expected<::sockaddr_un, std::string> address_of(const std::filesystem::path& path) {
  ::sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path) {
    return tl::unexpected{
        fmt::format("the path of the control socket, {}, has {} letters and may have {}: "
                    "give a folder with a shorter name with --data DIR",
                    text, text.size(), sizeof address.sun_path - 1)};
  }
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

const ::sockaddr* generic(const ::sockaddr_un& address) { return reinterpret_cast<const ::sockaddr*>(&address); }

tl::expected<void, std::string> remove_stale(const std::filesystem::path& path) {
  struct ::stat found {};
  if (::lstat(path.c_str(), &found) != 0) return {};
  if (!S_ISSOCK(found.st_mode)) {
    return tl::unexpected{fmt::format("{} is in the way of the control socket: move it away", path.string())};
  }
  if (::unlink(path.c_str()) != 0) return cannot("remove", path, errno);
  return {};
}

}  // namespace

std::filesystem::path control_socket_path(const std::filesystem::path& folder) { return folder / "control.sock"; }

tl::expected<udp::descriptor, std::string> listen_for_control(const std::filesystem::path& folder) {
  const auto path = control_socket_path(folder);
  const auto address = address_of(path);
  if (!address) return tl::unexpected{address.error()};
  if (auto removed = remove_stale(path); !removed) return tl::unexpected{removed.error()};
  udp::descriptor listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  // Nobody can connect before listen(), so nobody can between bind() and chmod().
  if (!listener.is_open() || ::bind(listener.get(), generic(*address), sizeof *address) != 0 ||
      ::chmod(path.c_str(), own_socket) != 0 || ::listen(listener.get(), waiting_max) != 0) {
    return cannot("listen on", path, errno);
  }
  return listener;
}

tl::expected<udp::descriptor, control_error> connect_for_control(const std::filesystem::path& folder) {
  const auto path = control_socket_path(folder);
  const auto address = address_of(path);
  if (!address) return tl::unexpected{control_error{control_problem::unusable, address.error()}};
  udp::descriptor connection{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (connection.is_open() && ::connect(connection.get(), generic(*address), sizeof *address) == 0) return connection;
  if (errno == ENOENT || errno == ECONNREFUSED) {
    return tl::unexpected{
        control_error{control_problem::not_running, fmt::format("no relay is running on {}", folder.string())}};
  }
  return tl::unexpected{control_error{control_problem::unusable,
                                      fmt::format("cannot ask the relay at {}: {}", path.string(), why(errno))}};
}

}  // namespace tern::relay
