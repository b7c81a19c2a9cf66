#include "tools/link/program/link_run.hpp"

#include "tools/link/emulator/failure.hpp"
#include "tools/link/emulator/host/host_reach.hpp"
#include "tools/link/emulator/link_world.hpp"
#include "tools/link/program/command_job.hpp"
#include "tools/link/program/report.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace tern::link_program {

namespace {

using namespace link_emulator;
using steady = std::chrono::steady_clock;

// Blocked from before the first fork on, and read from a descriptor.
class signal_source {
 public:
  signal_source() {
    ::sigemptyset(&wanted_);
    for (const int each : {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT, SIGTTOU}) {
      ::sigaddset(&wanted_, each);
    }
    ::sigprocmask(SIG_BLOCK, &wanted_, nullptr);
    descriptor_ = udp::descriptor{checked(::signalfd(-1, &wanted_, SFD_NONBLOCK | SFD_CLOEXEC), "signalfd")};
  }
  int descriptor() const { return descriptor_.get(); }
  // 0: none.
  int next() const {
    signalfd_siginfo info{};
    const ssize_t size = ::read(descriptor_.get(), &info, sizeof info);
    return size == static_cast<ssize_t>(sizeof info) ? static_cast<int>(info.ssi_signo) : 0;
  }

 private:
  sigset_t wanted_{};
  udp::descriptor descriptor_;
};

std::vector<std::string> shell() {
  const char* own = std::getenv("SHELL");
  return {own != nullptr && *own != '\0' ? own : "/bin/sh"};
}

world_plan plan_of(const link_options& options) {
  world_plan plan;
  plan.addresses = choose_addresses();
  plan.command = options.command;
  plan.far_commands = options.far_commands;
  plan.environment = {{"TERN_LINK_HOST", host_text(plan.addresses.far_v4())},
                      {"TERN_LINK_HOST6", host_text(plan.addresses.far_v6())}};
  return plan;
}

void greet(const link_options& options, const world_plan& plan) {
  if (options.quiet) return;
  fmt::print(stderr, "tern-link: {}; seed {}; the far end is {}{}\n",
             options.description.empty() ? "a perfect link" : options.description, options.plan.seed,
             host_text(plan.addresses.far_v4()), options.reaches_host ? " and stands for this host's 127.0.0.1" : "");
}

using file = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// Before the command runs: a name that is wrong must not cost what was measured.
file open_report(const std::string& path) {
  file opened{path.empty() ? nullptr : std::fopen(path.c_str(), "we"), &std::fclose};
  if (!path.empty() && !opened) throw system_failure(path, errno);
  return opened;
}

void report(const link_options& options, const link_result& result, const packet_pump& pump, std::FILE* to) {
  if (!options.quiet) fmt::print(stderr, "{}", table(options, result, pump));
  if (options.json) fmt::print("{}", json_report(options, result, pump));
  if (to != nullptr) std::fputs(json_report(options, result, pump).c_str(), to);
}

// Until the command has ended: its exit status.
int run_command(event_loop& loop, link_world& world, const signal_source& signals) {
  command_job job{world.command()};
  std::optional<int> status;
  loop.watch(signals.descriptor(), EPOLLIN, [&](std::uint32_t) {
    while (const int signal = signals.next()) {
      switch (signal) {
        case SIGCHLD:
          status = job.poll();
          break;
        case SIGCONT:
          job.on_continued();
          break;
        default:
          job.pass_on(signal);
      }
      if (status) return loop.stop();
    }
  });
  world.start_command(job.begins_in_foreground());
  loop.run();
  return *status;
}

}  // namespace

int run(link_options options) {
  if (options.command.empty()) options.command = shell();
  const file report_file = open_report(options.report_file);
  const signal_source signals;
  const world_plan plan = plan_of(options);
  link_world world{plan};
  event_loop loop;
  link_result result;
  result.kind = world.kind();
  packet_pump pump{loop, world.inner(), world.far(), options.plan, plan.addresses};
  std::optional<host_reach> host;
  if (options.reaches_host) host.emplace(loop, world, plan.addresses, pump);
  const auto begin = steady::now();
  greet(options, plan);
  result.status = run_command(loop, world, signals);
  result.lasted = steady::now() - begin;
  if (host) {
    result.tcp_connections = host->tcp().connections();
    result.udp_flows = host->udp().flows();
    result.udp_dropped = host->udp().dropped();
  }
  report(options, result, pump, report_file.get());
  return result.status;
}

}  // namespace tern::link_program
