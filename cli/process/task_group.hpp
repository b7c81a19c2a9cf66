// Coroutines that run at once on one thread, of which somebody waits for the end. Keeps
// the first exception. Does not end them: whoever owns what they wait for does.
#pragma once

#include "cli/process/event.hpp"
#include "udp/net.hpp"

#include <cstddef>
#include <exception>
#include <utility>

namespace tern::cli {

class task_group {
 public:
  // `changed` is notified when one has ended; it must outlive them.
  task_group(net::any_io_executor executor, event& changed) : executor_(std::move(executor)), changed_(changed) {}
  task_group(const task_group&) = delete;
  task_group& operator=(const task_group&) = delete;

  void start(net::awaitable<void> task) {
    ++running_;
    const auto on_end = [this](std::exception_ptr problem) {
      --running_;
      ++ended_;
      if (!problem_) problem_ = std::move(problem);
      changed_.notify();
    };
    asio::co_spawn(executor_, std::move(task), on_end);
  }

  bool is_empty() const { return running_ == 0; }
  std::size_t ended() const { return ended_; }  // so far
  const std::exception_ptr& problem() const { return problem_; }

 private:
  net::any_io_executor executor_;
  event& changed_;
  std::size_t running_ = 0;
  std::size_t ended_ = 0;
  std::exception_ptr problem_;
};

}  // namespace tern::cli
