#include "tools/bench/system_call.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>
#include <system_error>

namespace tern::bench {

namespace {
sockaddr* generic(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }
}  // namespace

long checked(long result, const char* what) {
  if (result < 0) throw std::runtime_error(std::string(what) + ": " + std::generic_category().message(errno));
  return result;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

descriptor open_socket(int type) {
  return descriptor{static_cast<int>(checked(::socket(AF_INET, type | SOCK_CLOEXEC, 0), "socket"))};
}

descriptor bound_socket(int type) {
  descriptor socket = open_socket(type);
  sockaddr_in address = loopback(0);
  checked(::bind(socket.get(), generic(address), sizeof address), "bind");
  return socket;
}

void connect_to(const descriptor& socket, std::uint16_t port) {
  sockaddr_in address = loopback(port);
  checked(::connect(socket.get(), generic(address), sizeof address), "connect");
}

std::uint16_t port_of(const descriptor& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  checked(::getsockname(socket.get(), generic(address), &size), "getsockname");
  return ntohs(address.sin_port);
}

void set_option(const descriptor& socket, int level, int option, int value) {
  checked(::setsockopt(socket.get(), level, option, &value, sizeof value), "setsockopt");
}

void set_receive_timeout(const descriptor& socket) {
  const timeval timeout{0, patience_milliseconds * 1000};
  checked(::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout), "SO_RCVTIMEO");
}

bool wait_readable(const descriptor& socket) {
  pollfd wanted{socket.get(), POLLIN, 0};
  return checked(::poll(&wanted, 1, patience_milliseconds), "poll") > 0;
}

}  // namespace tern::bench
