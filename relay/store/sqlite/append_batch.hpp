// The appends of one transaction: decides each, stores rows and decisions at once, and
// logs and outboxes that they changed in the end, each once.
#pragma once

#include "relay/store/outbox_window.hpp"
#include "relay/store/sqlite/log_space.hpp"

#include <map>
#include <optional>
#include <utility>

namespace tern::relay::sqlite {

// A log that nothing was written to yet.
log_record fresh_log(log_number number, const new_log& wanted);

class append_batch {
 public:
  // Both outlive the batch. A transaction is open, unless only decided() is called.
  append_batch(tables& data, const retention& keep) : tables_{data}, space_{data, keep} {}

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
  used_log* find_log(log_number number);
  used_log* open_log(const append_request& request);
  used_outbox& outbox_of(const append_request& request);
  void on_used(const append_request& request);
  std::uint64_t stored_number(const outbox_key& key, used_outbox& outbox);

  tables& tables_;
  log_space space_;
  std::map<log_number, used_log> logs_;
  std::map<outbox_key, used_outbox> outboxes_;
};

}  // namespace tern::relay::sqlite
