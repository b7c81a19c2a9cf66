#include "tools/link/emulator/link_world.hpp"

#include "tools/link/emulator/failure.hpp"
#include "tools/link/emulator/keeper.hpp"

#include <cerrno>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace tern::link_emulator {

link_world::link_world(const world_plan& plan)
    : keeper_channel_{udp::descriptor{}}, command_channel_{udp::descriptor{}} {
  auto [mine, keepers] = descriptor_channel::pair();
  auto [starting, waiting] = descriptor_channel::pair();
  keeper_ = checked(::fork(), "fork");
  if (keeper_ == 0) {
    mine.close();
    starting.close();
    run_keeper(keepers, waiting, plan);
  }
  keepers.close();
  waiting.close();
  std::vector<udp::descriptor> devices;
  const auto report = mine.receive<keeper_report>(devices);
  if (!report || !report->is_good) {
    ::waitpid(keeper_, nullptr, 0);
    throw failure{report ? report->problem.data() : "the link could not be made, for no reason that was said"};
  }
  keeper_channel_ = std::move(mine);
  command_channel_ = std::move(starting);
  command_ = report->command;
  kind_ = report->kind;
  inner_ = make_port(kind_, std::move(devices.at(0)), std::move(devices.at(1)));
  far_ = make_port(kind_, std::move(devices.at(2)), std::move(devices.at(3)));
}

link_world::~link_world() {
  command_channel_.close();
  keeper_channel_.close();
  ::waitpid(keeper_, nullptr, 0);
}

void link_world::start_command(bool in_foreground) {
  command_channel_.send(start_signal{in_foreground});
  command_channel_.close();
}

tl::expected<udp::descriptor, int> link_world::open_socket(const socket_order& order) const {
  keeper_channel_.send(order);
  std::vector<udp::descriptor> made;
  const auto answer = keeper_channel_.receive<socket_answer>(made);
  if (!answer) throw failure{"the process that keeps the link's namespaces is gone"};
  if (answer->error != 0 || made.empty()) return tl::unexpected(answer->error != 0 ? answer->error : EIO);
  return std::move(made.front());
}

}  // namespace tern::link_emulator
