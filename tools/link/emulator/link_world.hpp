// A link with its two network namespaces, the command that waits inside and the ones at
// the far end. All of them are kept by a process of their own, the keeper, which makes
// sockets in either namespace on request; the caller never leaves its namespace.
#pragma once

#include "tools/link/emulator/descriptor_channel.hpp"
#include "tools/link/emulator/link_addresses.hpp"
#include "tools/link/emulator/topology.hpp"
#include "udp/socket_address.hpp"

#include <memory>
#include <string>
#include <sys/types.h>
#include <tl/expected.hpp>
#include <vector>

namespace tern::link_emulator {

enum class link_end : int { inner, far };

struct world_plan {
  link_addresses addresses;
  std::vector<std::string> command;                              // program and arguments; empty: nothing runs inside
  std::vector<std::string> far_commands;                         // lines for /bin/sh
  std::vector<std::pair<std::string, std::string>> environment;  // added for all of them
};

// What open_socket() makes: non-blocking, close-on-exec, in the namespace of that end.
struct socket_order {
  link_end where = link_end::far;
  int type = 0;  // SOCK_STREAM or SOCK_DGRAM
  proto::address bind_to;
  bool any_address = false;  // also one that the end does not have (IP_TRANSPARENT)
  int backlog = 0;           // above 0: it listens
};

class link_world {
 public:
  // Throws failure. The caller has one thread, and blocks SIGCHLD.
  explicit link_world(const world_plan& plan);
  // Ends the far commands (SIGTERM, SIGKILL after a moment) and the keeper; the command
  // inside, if it has not been started, too.
  ~link_world();
  link_world(const link_world&) = delete;
  link_world& operator=(const link_world&) = delete;

  packet_port& inner() { return *inner_; }
  packet_port& far() { return *far_; }
  device_kind kind() const { return kind_; }

  // The command inside, a child of the caller that leads a process group of its own. It
  // waits for start_command(). 0: there is none.
  pid_t command() const { return command_; }
  void start_command(bool in_foreground);

  // Otherwise errno.
  tl::expected<udp::descriptor, int> open_socket(const socket_order& order) const;

 private:
  descriptor_channel keeper_channel_;
  pid_t keeper_ = -1;
  descriptor_channel command_channel_;
  pid_t command_ = 0;
  device_kind kind_ = device_kind::tun;
  std::unique_ptr<packet_port> inner_;
  std::unique_ptr<packet_port> far_;
};

}  // namespace tern::link_emulator
