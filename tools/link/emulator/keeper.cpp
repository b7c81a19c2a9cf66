#include "tools/link/emulator/keeper.hpp"

#include "tools/link/emulator/failure.hpp"
#include "tools/link/emulator/far_commands.hpp"
#include "tools/link/emulator/inner_command.hpp"
#include "tools/link/emulator/namespaces.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tern::link_emulator {

namespace {

bool set_flag(int socket, int level, int option) {
  const int yes = 1;
  return ::setsockopt(socket, level, option, &yes, sizeof yes) == 0;
}

bool prepare(int socket, const socket_order& order) {
  const bool is_v4 = order.bind_to.is_v4();
  if (order.type == SOCK_STREAM && !set_flag(socket, SOL_SOCKET, SO_REUSEADDR)) return false;
  if (order.any_address) {
    const bool is_set = is_v4 ? set_flag(socket, SOL_IP, IP_TRANSPARENT) : set_flag(socket, SOL_IPV6, IPV6_TRANSPARENT);
    if (!is_set) return false;
  }
  const udp::socket_address address{order.bind_to, is_v4 ? udp::socket_family::v4 : udp::socket_family::v6};
  if (::bind(socket, address.data(), address.size()) < 0) return false;
  return order.backlog == 0 || ::listen(socket, order.backlog) == 0;
}

void answer(const descriptor_channel& channel, const topology& network, const socket_order& order) {
  enter(order.where == link_end::inner ? network.inner : network.far);
  const int family = order.bind_to.is_v4() ? AF_INET : AF_INET6;
  const udp::descriptor made{::socket(family, order.type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!made.is_open() || !prepare(made.get(), order)) {
    channel.send(socket_answer{errno});
  } else {
    channel.send(socket_answer{0}, std::array{made.get()});
  }
}

void report_failure(const descriptor_channel& channel, std::string_view text) {
  keeper_report report;
  text.copy(report.problem.data(), report.problem.size() - 1);
  channel.send(report);
}

// Whoever made the link decides when it ends, not a signal to a whole process group.
void ignore_signals() {
  for (const int each : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP}) std::signal(each, SIG_IGN);
}

void keep(const descriptor_channel& channel, descriptor_channel& command_channel, const world_plan& plan) {
  for (const auto& [name, value] : plan.environment) ::setenv(name.c_str(), value.c_str(), 1);
  topology network = build_topology(plan.addresses);
  far_commands servers;
  for (const std::string& line : plan.far_commands) servers.start(line);
  keeper_report report{.is_good = true, .problem = {}, .kind = network.kind, .command = 0};
  if (!plan.command.empty()) {
    enter(network.inner);
    report.command = fork_inner_command(plan.command, command_channel);
  }
  command_channel.close();
  ignore_signals();
  channel.send(report, std::array{network.inner_device.get(), network.inner_statistics.get(), network.far_device.get(),
                                  network.far_statistics.get()});
  network.inner_device.reset();
  network.far_device.reset();
  std::vector<udp::descriptor> none;
  while (const auto order = channel.receive<socket_order>(none)) answer(channel, network, *order);
}

}  // namespace

void run_keeper(const descriptor_channel& channel, descriptor_channel& command_channel, const world_plan& plan) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    keep(channel, command_channel, plan);
    ::_exit(0);
  } catch (const std::exception& problem) {
    report_failure(channel, problem.what());
    ::_exit(1);
  }
}

}  // namespace tern::link_emulator
