#include "tools/bench/setting.hpp"

#include "tools/bench/system_call.hpp"

#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace tern::bench {

namespace {

std::uint64_t buffer_given() {
  const descriptor socket = open_socket(SOCK_DGRAM);
  set_option(socket, SOL_SOCKET, SO_RCVBUF, receive_buffer_bytes);
  int given = 0;
  socklen_t size = sizeof given;
  checked(::getsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &given, &size), "SO_RCVBUF");
  return static_cast<std::uint64_t>(given);
}

std::string kernel_name() {
  utsname name{};
  checked(::uname(&name), "uname");
  return std::string(name.sysname) + ' ' + name.release;
}

}  // namespace

setting this_setting() {
  setting here;
  here.cores = static_cast<unsigned>(::sysconf(_SC_NPROCESSORS_ONLN));
  here.kernel = kernel_name();
  here.receive_buffer_bytes_asked = receive_buffer_bytes;
  here.receive_buffer_bytes_given = buffer_given();
#ifdef NDEBUG
  here.has_assertions = false;
#else
  here.has_assertions = true;
#endif
  return here;
}

std::string limits_raised() { return "rates of the relay of commit- lifted, nothing else"; }

}  // namespace tern::bench
