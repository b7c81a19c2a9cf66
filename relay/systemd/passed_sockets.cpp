#include "relay/systemd/passed_sockets.hpp"

#include "relay/systemd/environment.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <system_error>

namespace tern::relay {

namespace {

constexpr int first_passed = 3;  // SD_LISTEN_FDS_START
constexpr int passed_most = 1024;

int option_of(const udp::descriptor& fd, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd.get(), SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

bool is_internet(const udp::descriptor& fd) {
  const int domain = option_of(fd, SO_DOMAIN);
  return domain == AF_INET || domain == AF_INET6;
}

bool is_connected(const udp::descriptor& fd) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  return ::getpeername(fd.get(), reinterpret_cast<sockaddr*>(&peer), &size) == 0;
}

bool make_ours(const udp::descriptor& fd) {
  const int flags = ::fcntl(fd.get(), F_GETFL);
  return flags >= 0 && ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) == 0 &&
         ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC) == 0;
}

passed_port& port_at(std::vector<passed_port>& ports, const proto::address& at) {
  const auto known = std::find_if(ports.begin(), ports.end(), [&](const passed_port& port) { return port.at == at; });
  if (known != ports.end()) return *known;
  return ports.emplace_back(passed_port{at, std::nullopt, std::nullopt});
}

tl::unexpected<std::string> refuse(int number, std::string_view why) {
  return tl::unexpected(fmt::format("the socket that the service manager passed as descriptor {} {}", number, why));
}

tl::expected<void, std::string> add(std::vector<passed_port>& ports, int number) {
  udp::descriptor fd{number};
  if (!make_ours(fd)) {
    return refuse(number, "cannot be used: " + std::error_code{errno, std::system_category()}.message());
  }
  if (is_internet(fd) && option_of(fd, SO_TYPE) == SOCK_DGRAM) {
    if (is_connected(fd)) return refuse(number, "is connected to one peer: nobody else would be heard");
    auto taken = udp::udp_socket::adopt(std::move(fd));
    if (!taken) return refuse(number, "cannot be used: " + taken.error().message());
    if (taken->local_address().port == 0) return refuse(number, "is bound to no port");
    port_at(ports, taken->local_address()).datagrams = std::move(*taken);
    return {};
  }
  if (is_internet(fd) && option_of(fd, SO_TYPE) == SOCK_STREAM && option_of(fd, SO_ACCEPTCONN) == 1) {
    auto taken = udp::stream_listener::adopt(std::move(fd));
    if (!taken) return refuse(number, "cannot be used: " + taken.error().message());
    port_at(ports, taken->local_address()).streams = std::move(*taken);
    return {};
  }
  return refuse(number, "is neither UDP nor listening TCP");
}

}  // namespace

tl::expected<std::vector<passed_port>, std::string> take_passed_sockets() {
  const auto process = take_variable("LISTEN_PID");
  const auto written = take_variable("LISTEN_FDS");
  take_variable("LISTEN_FDNAMES");
  std::vector<passed_port> ports;
  if (!process || !is_our_process(*process) || !written) return ports;
  const auto count = number_of(written);
  if (!count) return tl::unexpected(fmt::format("LISTEN_FDS={}: not a number of sockets", *written));
  if (*count > passed_most) return tl::unexpected(fmt::format("LISTEN_FDS={}: too many sockets", *count));
  for (int number = first_passed; number < first_passed + static_cast<int>(*count); ++number) {
    if (const auto added = add(ports, number); !added) return tl::unexpected(added.error());
  }
  return ports;
}

}  // namespace tern::relay
