// Room in a log for one more row, made of what is old there (relay.md, section 5). Judges
// before it takes anything: a message that is refused has cost nobody what was kept.
#pragma once

#include "relay/store/retention.hpp"
#include "relay/store/sqlite/tables.hpp"

namespace tern::relay::sqlite {

// Removes the oldest row. Precondition: there is one, and `oldest` describes it.
void drop_oldest(tables& data, log_record& from, const row_table::outline& oldest);

class log_space {
 public:
  // Both outlive it. A transaction is open.
  log_space(tables& data, const retention& keep) : tables_{data}, keep_{keep} {}

  bool can_take(const log_record& into, const append_request& request);
  // Precondition: can_take().
  void make_room(log_record& into, const append_request& request);

 private:
  bool can_make_room(const log_record& into, const append_request& request);
  // The same for what the sender has in an inbox, which others have rows in.
  bool can_make_pair_room(const append_request& request);
  void make_pair_room(log_record& into, const append_request& request);
  void let_go(log_record& from, const client_key& sender, const pair_table::held_row& which);

  tables& tables_;
  const retention& keep_;
};

}  // namespace tern::relay::sqlite
