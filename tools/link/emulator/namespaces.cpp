#include "tools/link/emulator/namespaces.hpp"

#include "tools/link/emulator/failure.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <string>
#include <system_error>
#include <unistd.h>

namespace tern::link_emulator {

namespace {

void write_file(const char* path, const std::string& text) {
  const udp::descriptor file{checked(::open(path, O_WRONLY | O_CLOEXEC), path)};
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw system_failure(path, errno);
  }
}

[[noreturn]] void refuse_user_namespaces(int error) {
  throw failure{fmt::format(
      "user namespaces are not allowed here ({}), and only root can do without: run as root, or let an administrator "
      "allow them (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, or "
      "kernel.apparmor_restrict_unprivileged_userns)",
      std::generic_category().message(error))};
}

void enter_new_user_namespace() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWUSER) < 0) refuse_user_namespaces(errno);
  // user_namespaces(7): a single mapping of one's own ids needs no privilege, the group's
  // only after setgroups(2) is given up.
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", fmt::format("{0} {0} 1", user));
  write_file("/proc/self/gid_map", fmt::format("{0} {0} 1", group));
}

}  // namespace

void allow_network_namespaces() {
  if (::geteuid() == 0 && ::unshare(CLONE_NEWNET) == 0) return;
  enter_new_user_namespace();
}

udp::descriptor enter_new_network_namespace() {
  checked(::unshare(CLONE_NEWNET), "cannot make a network namespace");
  const char* self = "/proc/self/ns/net";
  return udp::descriptor{checked(::open(self, O_RDONLY | O_CLOEXEC), self)};
}

void enter(const udp::descriptor& network_namespace) {
  checked(::setns(network_namespace.get(), CLONE_NEWNET), "cannot enter a network namespace");
}

}  // namespace tern::link_emulator
