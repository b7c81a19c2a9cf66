#include "cli/process/run_loop.hpp"

#include "cli/failure.hpp"
#include "cli/process/event.hpp"
#include "cli/process/interrupt.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <vector>

namespace tern::cli {

namespace {
struct loop {
  asio::io_context io;
  asio::posix::stream_descriptor signal{io};
  std::optional<exit_code> code;
  std::exception_ptr problem;

  void watch_signals() {
    if (signal_descriptor() < 0) return;
    signal.assign(signal_descriptor());
    signal.async_wait(asio::posix::descriptor_base::wait_read, [this](std::error_code error) {
      if (!error) io.stop();
    });
  }
  void start(net::awaitable<exit_code> main) {
    const auto on_done = [this](std::exception_ptr thrown, exit_code result) {
      problem = std::move(thrown);
      code = result;
      io.stop();
    };
    asio::co_spawn(io, std::move(main), on_done);
  }
};
}  // namespace

exit_code run_until_done(net::awaitable<exit_code> main, on_signal reaction) {
  // The process ends with its command. Destroying the loop would wait for the resolver's thread, and so for a name
  // server that does not answer: it is left as it is, where leak checkers find it.
  static auto& left = *new std::vector<loop*>;
  loop* const running = left.emplace_back(new loop);
  if (reaction == on_signal::stop) running->watch_signals();
  running->start(std::move(main));
  running->io.run();
  if (running->signal.is_open()) running->signal.release();
  // What was let go at the end may have a farewell to send.
  running->io.restart();
  running->io.poll();
  if (!running->code) throw interrupted(pending_signal());
  if (running->problem) std::rethrow_exception(running->problem);
  return *running->code;
}

signal_wait::signal_wait(const net::any_io_executor& executor) : pipe_(executor) {
  if (signal_descriptor() >= 0) pipe_.assign(signal_descriptor());
}

signal_wait::~signal_wait() {
  if (pipe_.is_open()) pipe_.release();
}

net::awaitable<int> signal_wait::wait() {
  if (!pipe_.is_open()) co_return 0;
  auto [error] = co_await pipe_.async_wait(asio::posix::descriptor_base::wait_read, net::as_result);
  co_return error ? 0 : pending_signal();
}

void signal_wait::cancel() {
  std::error_code ignored;
  pipe_.cancel(ignored);
}

net::awaitable<std::error_code> run_together(std::vector<net::awaitable<std::error_code>> parts) {
  struct progress {
    std::size_t running;
    std::error_code first_error;
    event all_ended;
  };
  const auto executor = co_await asio::this_coro::executor;
  const auto shared = std::make_shared<progress>(progress{parts.size(), {}, event{executor}});
  for (auto& part : parts) {
    const auto on_end = [shared](std::exception_ptr thrown, std::error_code error) {
      if (thrown) std::rethrow_exception(thrown);
      if (error && !shared->first_error) shared->first_error = error;
      if (--shared->running == 0) shared->all_ended.notify();
    };
    asio::co_spawn(executor, std::move(part), on_end);
  }
  while (shared->running > 0) co_await shared->all_ended.wait();
  co_return shared->first_error;
}

}  // namespace tern::cli
