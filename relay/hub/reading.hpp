// JOIN, LEAVE and HISTORY: what is read of a log and how it gets to its readers. Sends
// each of them the log in order and once: the backlog by pages, then live, without a
// seam (reader.hpp).
#pragma once

#include "relay/hub/core.hpp"
#include "relay/hub/shared_tail.hpp"

#include <unordered_map>
#include <variant>

namespace tern::relay {

class reading {
 public:
  explicit reading(core& core) : core_(core), tail_(core.limits.tail_bytes_max, core.limits.tails_bytes_max) {}

  // False if it was refused; the refusal has been told.
  bool on_join(peer& from, proto::lane_id lane, binding& bound, const chat::join& op, proto::time_point now,
               proto::wall_time wall);
  void on_leave(peer& from, proto::lane_id lane, binding& bound);
  void on_history(peer& from, proto::lane_id lane, binding& bound, const chat::history& op, proto::time_point now,
                  proto::wall_time wall);

  // A new entry of the log; its head has moved.
  void on_commit(room& log, const chat::entry& entry);
  void on_rows(const read_result& result);
  std::uint64_t tail_bytes() const { return tail_.bytes(); }
  // The connection has sent something and may have room for a page.
  void on_drained(peer& to);

 private:
  // The three things that rows are read for.
  struct page {
    lane_of_peer to;
  };
  struct cursor_check {
    lane_of_peer to;
    chat::join op;
  };
  struct history_page {
    lane_of_peer to;
    std::uint64_t request = 0;
    read_request asked;
  };
  using purpose = std::variant<page, cursor_check, history_page>;

  void on_rows(const page& what, const read_result& result);
  void on_page(peer& to, proto::lane_id lane, binding& bound, const read_result& result);
  void on_rows(const cursor_check& what, const read_result& result);
  void on_rows(const history_page& what, const read_result& result);

  // Whether something of the log has to be read for it before it is live.
  static bool needs_store(const room& log, const chat::join& op);
  // Why the store cannot be asked for more now, or nothing.
  std::optional<denial> judge_reads();
  // Where a reader begins; nothing where the store has to be asked first.
  std::optional<log_position> start_of(peer& from, proto::lane_id lane, binding& bound, const chat::join& op);
  // In a live room: what was missed is told as a gap, and nothing else comes of it.
  log_position start_of_live(peer& from, proto::lane_id lane, const room& log, const chat::join& op);
  // Tells that the cursor is void; where to begin instead.
  log_position start_over(peer& from, proto::lane_id lane, const room& log, const chat::join& op);
  // The reader's first page, or it is live.
  void begin(peer& from, proto::lane_id lane, binding& bound, log_position next);
  void unsubscribe(peer& from, proto::lane_id lane, binding& bound);
  // Live if nothing is missing, else the next page when it is its turn.
  void advance(peer& to, proto::lane_id lane, binding& bound);
  // Readers of one connection take turns, a page at a time: what waits in the store's
  // results and in their queues is bounded by the connection, however many rooms it reads.
  void ask_next_page(peer& to);
  void push_or_fall_behind(peer& to, proto::lane_id lane, binding& bound, log_position position, const payload& entry);
  // False: the tail does not have what comes next.
  bool push_from_tail(peer& to, proto::lane_id lane, binding& bound);
  // The reader of a live room goes on with what is said next.
  void skip(peer& to, proto::lane_id lane, binding& bound);
  static void push(peer& to, binding& bound, log_position position, payload entry);
  static void push_notice(peer& to, binding& bound, payload notice);
  void push_rows(peer& to, binding& bound, const room& log, const read_result& result);
  static chat::failed refused(std::uint64_t request, const denial& why);
  void tell_unreadable(peer& to, proto::lane_id lane, std::uint64_t request);
  void ask(read_request request, purpose what);

  core& core_;
  shared_tail tail_;
  std::unordered_map<request_tag, purpose> asked_;
};

}  // namespace tern::relay
