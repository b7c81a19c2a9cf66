// Questions on one lane that are not answered yet: HISTORY, WHO, ROOMS, and CHANGE, which may be repeated as well.
// Answers are told whole and once; a lost connection asks again from the start, before anyone saw a part.
#pragma once

#include "proto/chat/session_events.hpp"

#include <deque>

namespace tern::proto::chat {

class request_list {
 public:
  // What one answer may grow to, whatever a relay sends: the rest is left out and, of a history, told as `more`.
  static constexpr std::size_t listed_max = 10'000;
  static constexpr std::size_t entries_max = 1'000;
  static constexpr std::size_t entries_bytes_max = std::size_t{4} << 20U;

  void add(request_id id, client_op op) { waiting_.push_back({id, std::move(op)}); }
  std::size_t size() const { return waiting_.size(); }

  bool has_unsent() const;
  // The next question to ask on this connection. Precondition: has_unsent().
  client_op take_unsent();
  void on_connection_lost();

  // Answers to unknown requests are ignored. `of`: the destination of the lane.
  void on_entry(entry said);
  void on_gap(const gap& missing);
  void on_person(person listed);
  void on_room(room_info listed);
  void on_history_end(const history_end& end, const destination& of, session_events& events);
  void on_people_end(const list_end& end, const destination& of, session_events& events);
  void on_rooms_end(const list_end& end, session_events& events);
  void on_changed(const changed& done, const destination& in, session_events& events);
  void on_failed(const failed& why, session_events& events);
  void fail_all(failed why, session_events& events);

 private:
  struct request {
    request_id id;
    client_op op;
    bool sent = false;
    bool was_cut = false;
    std::size_t entries_bytes = 0;
    std::vector<entry> entries{};
    std::vector<gap> gaps{};
    std::vector<person> people{};
    std::vector<room_info> rooms{};
  };
  request* find(std::uint64_t id);
  std::optional<request> take(std::uint64_t id);

  std::deque<request> waiting_;
};

}  // namespace tern::proto::chat
