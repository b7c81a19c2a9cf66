#include "cli/ping/ping_run.hpp"

#include "cli/failure.hpp"
#include "cli/ping/ping_summary.hpp"
#include "cli/process/event.hpp"
#include "cli/process/run_loop.hpp"
#include "cli/units/units.hpp"

#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

namespace tern::cli {

namespace {
using namespace std::chrono_literals;

// Shared with the questions under way, which a signal leaves behind.
struct progress {
  progress(context& for_call, ping_plan with, ping_question question, const net::any_io_executor& on)
      : call(for_call), plan(std::move(with)), ask(std::move(question)), executor(on), changed(on) {}

  context& call;
  ping_plan plan;
  ping_question ask;
  net::any_io_executor executor;
  event changed;
  ping_summary summary;
  std::size_t open = 0;
  bool is_over = false;
  std::exception_ptr problem;
};

std::string why_not(const ping_plan& plan, const ping_outcome& outcome) {
  if (!outcome.trouble.empty()) return outcome.trouble;
  if (!outcome.has_reached) return "in " + format_duration(plan.timeout);
  return *outcome.has_reached ? "lost on the way back" : "lost on the way there";
}

void show(progress& run, std::uint64_t sequence, const ping_outcome& outcome) {
  console& out = run.call.out;
  const std::string target = fmt::format("{} ({})", run.plan.target, outcome.transport);
  nlohmann::ordered_json record{
      {"type", outcome.round_trip ? "reply" : "lost"}, {"seq", sequence}, {"transport", outcome.transport}};
  if (outcome.round_trip) {
    run.summary.on_answer(*outcome.round_trip);
    record["rtt_ms"] = std::chrono::duration<double, std::milli>(*outcome.round_trip).count();
    if (!out.quiet())
      out.data(fmt::format("reply from {}: seq={} time={}\n", target, sequence, format_duration(*outcome.round_trip)));
  } else {
    run.summary.on_loss(outcome.has_reached);
    if (outcome.has_reached) record["reached"] = *outcome.has_reached;
    if (!outcome.trouble.empty()) record["error"] = outcome.trouble;
    out.note(fmt::format("no reply from {}: seq={}: {}", target, sequence, why_not(run.plan, outcome)));
  }
  out.record(record);
}

net::awaitable<void> ask_once(std::shared_ptr<progress> run, std::uint64_t sequence) {
  const auto outcome = co_await run->ask();
  if (!run->is_over) show(*run, sequence, outcome);
}

void begin(const std::shared_ptr<progress>& run, const net::any_io_executor& executor, std::uint64_t sequence) {
  ++run->open;
  run->summary.on_sent();
  const auto on_end = [run](std::exception_ptr problem) {
    --run->open;
    if (problem && !run->problem) run->problem = std::move(problem);
    run->changed.notify();
  };
  asio::co_spawn(executor, ask_once(run, sequence), on_end);
}

net::awaitable<void> watch_signals(std::shared_ptr<progress> run) {
  signal_wait signals{run->executor};
  const int signal = co_await signals.wait();
  if (signal == 0) co_return;
  run->is_over = true;
  run->changed.notify();
}

// Until the next one is due, or there is a reason to look.
net::awaitable<void> wait_until(std::shared_ptr<progress> run, net::steady_timer::time_point due) {
  const auto executor = co_await asio::this_coro::executor;
  net::steady_timer timer{executor, due};
  timer.async_wait([run](std::error_code error) {
    if (!error) run->changed.notify();
  });
  co_await run->changed.wait();
}
}  // namespace

std::vector<option> ping_options() {
  return {
      {"count", "N", "ask so many times (default: until Ctrl-C)"},
      {"interval", "DURATION", "from one question to the next (default 1s)"},
  };
}

ping_plan plan_from(const context& call) {
  ping_plan plan;
  plan.count = call.args.number("count", 1, UINT64_MAX);
  plan.interval = call.args.duration("interval").value_or(1s);
  plan.timeout = call.args.duration("timeout").value_or(2s);
  if (plan.interval < 1ms) throw usage_error("--interval must be at least 1ms");
  return plan;
}

net::awaitable<exit_code> run_pings(context& call, const ping_plan& plan, const ping_question& ask) {
  const auto executor = co_await asio::this_coro::executor;
  const auto run = std::make_shared<progress>(call, plan, ask, executor);
  asio::co_spawn(executor, watch_signals(run), asio::detached);
  auto due = net::steady_timer::clock_type::now();
  std::uint64_t asked = 0;
  const auto is_ending = [&] { return run->is_over || run->problem || asked == run->plan.count; };
  while (!is_ending()) {
    begin(run, executor, ++asked);
    due += std::chrono::duration_cast<net::steady_timer::duration>(run->plan.interval);
    while (!is_ending() && net::steady_timer::clock_type::now() < due) co_await wait_until(run, due);
  }
  while (run->open > 0 && !run->is_over && !run->problem) co_await run->changed.wait();
  run->is_over = true;
  if (run->problem) std::rethrow_exception(run->problem);
  call.out.data(run->summary.text());
  call.result.update(run->summary.fields());
  if (!run->summary.has_answers()) call.result["reason"] = "no_answer";
  co_return run->summary.has_answers() ? exit_code::done : exit_code::unreachable;
}

}  // namespace tern::cli
