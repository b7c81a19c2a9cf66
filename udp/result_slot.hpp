// Where the result of an operation appears, and what waits for it. The waiting handler
// is kept by a timer of asio that never runs out, so that cancelling it, and letting go
// of it when the io_context ends, work as for any other operation of asio.
#pragma once

#include "udp/net.hpp"

#include <optional>
#include <utility>

namespace tern::udp {

template <class Result>
class result_slot {
 public:
  explicit result_slot(const net::any_io_executor& executor) : timer_(executor, net::steady_timer::time_point::max()) {}

  // The first result counts.
  void set(std::error_code error, Result result) {
    if (has_result()) return;
    result_.emplace(error, std::move(result));
    timer_.expires_at(net::steady_timer::time_point::min());  // which also ends the wait
  }
  bool has_result() const { return result_.has_value(); }
  // Nobody will take a result any more.
  bool is_abandoned() const { return is_abandoned_; }

  template <class Handler>
  void async_wait(Handler&& handler) {
    timer_.async_wait(std::forward<Handler>(handler));
  }
  // After the wait: the result, or errc::operation_canceled.
  std::pair<std::error_code, Result> take() {
    if (result_) return std::move(*result_);
    is_abandoned_ = true;
    return {std::make_error_code(std::errc::operation_canceled), Result{}};
  }

 private:
  net::steady_timer timer_;
  std::optional<std::pair<std::error_code, Result>> result_;
  bool is_abandoned_ = false;
};

}  // namespace tern::udp
