// The appends of one transaction: decides each, stores rows and decisions at once, and
// logs and outboxes that they changed in the end, each once.
#pragma once

#include "relay/store/outbox_window.hpp"
#include "relay/store/retention.hpp"
#include "relay/store/sqlite/log_table.hpp"
#include "relay/store/sqlite/outbox_table.hpp"
#include "relay/store/sqlite/pair_table.hpp"
#include "relay/store/sqlite/row_table.hpp"
#include "relay/store/sqlite/rule_table.hpp"

#include <map>
#include <optional>
#include <utility>

namespace tern::relay::sqlite {

struct tables {
  explicit tables(database& data) : logs{data}, rows{data}, outboxes{data}, rules{data}, pairs{data} {}
  log_table logs;
  row_table rows;
  outbox_table outboxes;
  rule_table rules;
  pair_table pairs;
};

// A log that nothing was written to yet.
log_record fresh_log(log_number number, const new_log& wanted);

// Removes the oldest row. Precondition: there is one, and `oldest` describes it.
void drop_oldest(tables& data, log_record& from, const row_table::outline& oldest);

class append_batch {
 public:
  // Both outlive the batch. A transaction is open, unless only decided() is called.
  append_batch(tables& data, const retention& keep) : tables_{data}, keep_{keep} {}

  // Leaves tag and failures to the caller, as do the others.
  append_result apply(const append_request& request);
  // The answer, where it is known without storing anything.
  std::optional<append_result> decided(const append_request& request);
  void flush();

 private:
  struct used_log {
    log_record record;
    bool is_changed = false;
    bool is_new = false;  // not stored, and its owner neither
  };
  struct used_outbox {
    outbox_record record;
    bool is_stored = false;
    bool is_changed = false;
  };
  using outbox_key = std::pair<client_key, outbox_id>;

  append_result append(const append_request& request);
  bool make_room(used_log& used, const append_request& request);
  // The same for what the sender has in an inbox, which others have rows in.
  bool make_pair_room(used_log& used, const append_request& request);
  used_log* find_log(log_number number);
  used_log* open_log(const append_request& request);
  used_outbox& outbox_of(const append_request& request);
  void on_used(const append_request& request);
  std::uint64_t stored_number(const outbox_key& key, used_outbox& outbox);

  tables& tables_;
  const retention& keep_;
  std::map<log_number, used_log> logs_;
  std::map<outbox_key, used_outbox> outboxes_;
};

}  // namespace tern::relay::sqlite
