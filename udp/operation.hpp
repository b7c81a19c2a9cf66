// One asynchronous operation of an object that lives on an executor, for any completion
// token: goes to that executor, starts, waits for the result slot, completes.
#pragma once

#include "udp/net.hpp"
#include "udp/result_slot.hpp"

#include <memory>
#include <utility>

namespace tern::udp {

struct nothing {};

// Start: std::shared_ptr<result_slot<Result>>() . Called once, on the executor.
template <class Result, class Start>
class operation {
 public:
  operation(net::any_io_executor executor, Start start) : executor_(std::move(executor)), start_(std::move(start)) {}

  template <class Self>
  void operator()(Self& self, std::error_code = {}) {
    switch (step_++) {
      case 0: {
        const auto executor = executor_;
        return asio::dispatch(executor, std::move(self));
      }
      case 1: {
        slot_ = start_();
        const auto slot = slot_;
        return slot->async_wait(std::move(self));
      }
      default:
        return finish(self);
    }
  }

 private:
  template <class Self>
  void finish(Self& self) {
    auto [error, result] = std::exchange(slot_, nullptr)->take();
    if constexpr (std::is_same_v<Result, nothing>) {
      self.complete(error);
    } else {
      self.complete(error, std::move(result));
    }
  }

  net::any_io_executor executor_;
  Start start_;
  std::shared_ptr<result_slot<Result>> slot_;
  int step_ = 0;
};

template <class Result>
struct completion_signature {
  using type = void(std::error_code, Result);
};
template <>
struct completion_signature<nothing> {
  using type = void(std::error_code);
};

template <class Result, class Start, class Token>
auto run_operation(const net::any_io_executor& executor, Start start, Token&& token) {
  return asio::async_compose<Token, typename completion_signature<Result>::type>(
      operation<Result, Start>{executor, std::move(start)}, token, executor);
}

}  // namespace tern::udp
