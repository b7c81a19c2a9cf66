// Whether the relay can do what it is for: commit. Asks the store by a commit that changes
// nothing, at most one a second however often it is asked itself.
#pragma once

#include "relay/metrics/commit_watch.hpp"
#include "relay/store/writer.hpp"
#include "udp/net.hpp"

#include <functional>
#include <optional>
#include <string>

namespace tern::relay {

class health {
 public:
  // `submit` hands a probe to the store's thread; false: it takes no more. It outlives this,
  // as does the watch.
  health(const net::any_io_executor& executor, const commit_watch& commits, std::function<bool(probe_request)> submit)
      : executor_(executor), commits_(commits), submit_(std::move(submit)), answered_(executor) {}

  // Takes nothing any more, for this reason.
  void on_drain(std::string_view reason) { draining_ = reason; }

  // Why nothing can be committed; nothing if it can. One that is under way is shared.
  net::awaitable<std::optional<std::string>> why_not();
  // What was found out last, without asking.
  bool is_well() const { return !draining_ && known_ == append_status::committed; }

 private:
  void ask();
  void on_answer(append_status status);

  net::any_io_executor executor_;
  const commit_watch& commits_;
  std::function<bool(probe_request)> submit_;
  net::steady_timer answered_;  // cancelled when an answer comes
  std::optional<std::string> draining_;
  append_status known_ = append_status::committed;
  std::optional<proto::time_point> known_at_;
  bool is_asking_ = false;
};

}  // namespace tern::relay
