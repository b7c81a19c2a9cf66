// Runs one coroutine on an io_context of its own until it is done, and gives back what
// it returned. Ends the test after a time that only a hang can reach.
#pragma once

#include "udp/net.hpp"

#include <chrono>
#include <exception>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>

namespace tern::test {

inline constexpr std::chrono::seconds hang{20};

template <class T>
net::awaitable<void> store(net::awaitable<T> work, std::optional<T>& result) {
  result.emplace(co_await std::move(work));
}

template <class T>
T run(net::io_context& io, net::awaitable<T> work) {
  std::optional<T> result;
  asio::co_spawn(io, store(std::move(work), result), [&](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
    io.stop();
  });
  io.restart();
  io.run_for(hang);
  io.restart();
  if (!result) throw std::runtime_error{"the coroutine did not end"};
  return std::move(*result);
}

template <class T>
T run(net::awaitable<T> work) {
  net::io_context io;
  return run(io, std::move(work));
}

}  // namespace tern::test
