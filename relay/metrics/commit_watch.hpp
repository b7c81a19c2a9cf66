// What becomes of appends on their way through the store: how long they take, and whether
// the disk was full for one of late. Results come in the order of the appends, so nothing
// but the time of each has to be kept; as many wait at most as the hub has on their way.
#pragma once

#include "relay/metrics/duration_buckets.hpp"
#include "relay/store/types.hpp"

#include <deque>
#include <optional>

namespace tern::relay {

class commit_watch {
 public:
  void on_submitted(proto::time_point now) { waiting_.push_back(now); }
  // How long it took, whatever became of it; nothing where nobody had submitted it.
  std::optional<proto::duration> on_result(append_status status, proto::time_point now) {
    if (waiting_.empty()) return std::nullopt;
    const proto::duration took = now - waiting_.front();
    waiting_.pop_front();
    if (status == append_status::committed) {
      took_.add(took);
      full_at_.reset();
    }
    if (status == append_status::disk_full) full_at_ = now;
    return took;
  }

  const duration_buckets& took() const { return took_; }
  // When the disk was full for an append, if none was committed since.
  std::optional<proto::time_point> full_at() const { return full_at_; }

 private:
  std::deque<proto::time_point> waiting_;
  duration_buckets took_;
  std::optional<proto::time_point> full_at_;
};

}  // namespace tern::relay
