// The tables of the log, and what is remembered of them between transactions.
#pragma once

#include "relay/store/old_stretch.hpp"
#include "relay/store/sqlite/log_table.hpp"
#include "relay/store/sqlite/outbox_table.hpp"
#include "relay/store/sqlite/pair_table.hpp"
#include "relay/store/sqlite/row_table.hpp"
#include "relay/store/sqlite/rule_table.hpp"

namespace tern::relay::sqlite {

// One of a store, on its one connection.
struct tables {
  explicit tables(database& data) : logs{data}, rows{data}, outboxes{data}, rules{data}, pairs{data} {}
  log_table logs;
  row_table rows;
  outbox_table outboxes;
  rule_table rules;
  pair_table pairs;
  old_stretches old;  // void after a transaction that failed
};

}  // namespace tern::relay::sqlite
