// One subscription to one log: a cursor and a queue (relay.md, section 4). It catches up
// by pages of the log, then is live: each commit is queued for it as it happens. A live
// reader with no room left goes back to pages, so that what it costs is a cursor and the
// queue. Between the two there is no seam: the next position is the one thing both move.
// Does not know connections, stores or encodings, nor how much room there is: all readers
// of a connection share that (peer.hpp).
#pragma once

#include "proto/numbers.hpp"
#include "relay/hub/action.hpp"

#include <cstdint>
#include <deque>
#include <optional>

namespace tern::relay {

struct position_range {
  log_position first, last;
};

class reader {
 public:
  // `next`: the first position it has not seen.
  explicit reader(log_position next) : next_(next) {}

  log_position next() const { return next_; }
  bool is_live() const { return live_; }
  bool is_reading() const { return reading_.has_value(); }

  // The page to ask the store for, or nothing: it is live, or waits for one. `head` is the
  // log's last position. Marks the page asked for.
  std::optional<position_range> poll_page(log_position head, request_tag tag);
  bool awaits(request_tag tag) const { return reading_ == tag; }

  // Holds everything back until the answer to `tag` is here: restart() goes on.
  void await(request_tag tag) { reading_ = tag; }
  void restart(log_position next) {
    next_ = next;
    reading_.reset();
    live_ = false;
  }

  // The page is here. Positions from next() to before `first` no longer exist: the gap
  // to tell, if there is one.
  std::optional<position_range> on_page(log_position first);
  // One row of the page, or a commit while live. Precondition: position >= next().
  void push(log_position position, payload entry);
  // After the last row of a page or before the first page: true if nothing is missing
  // up to `head`, and commits are to be pushed from now on.
  bool try_live(log_position head);

  // Commits are not pushed any more: a page will bring what comes next. Precondition: live.
  void fall_behind() { live_ = false; }

  // What is not an entry but has its place in the order (LIVE, GAP, NEW_EPOCH).
  void push_notice(payload notice);

  bool has_output() const { return !queue_.empty(); }
  payload pop();
  std::uint64_t queued_bytes() const { return queued_bytes_; }

 private:
  log_position next_;
  std::uint64_t queued_bytes_ = 0;
  std::deque<payload> queue_;
  std::optional<request_tag> reading_;
  bool live_ = false;
};

}  // namespace tern::relay
