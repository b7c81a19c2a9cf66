#include "relay/store/sqlite/append_batch.hpp"

#include <algorithm>
#include <utility>

namespace tern::relay::sqlite {
namespace {

append_result result_of(append_status status) {
  append_result result;
  result.status = status;
  return result;
}

}  // namespace

log_record fresh_log(log_number number, const new_log& wanted) {
  log_record fresh;
  fresh.state.number = number;
  fresh.state.key = wanted.key;
  fresh.state.id = wanted.id;
  fresh.state.first = log_position{1};
  return fresh;
}

append_result append_batch::apply(const append_request& request) {
  const auto known = decided(request);
  append_result result = known ? *known : append(request);
  if (result.status == append_status::duplicate) on_used(request);
  return result;
}

std::optional<append_result> append_batch::decided(const append_request& request) {
  const used_outbox& from = outbox_of(request);
  const std::uint64_t floor = std::max(from.record.floor, request.floor);
  if (!is_decidable(request.counter, floor)) return result_of(append_status::stale);
  if (!from.is_stored) return std::nullopt;
  const auto original = tables_.outboxes.decision(from.record.number, request.counter);
  if (!original) {
    const bool is_overtaken = tables_.outboxes.is_overtaken(from.record.number, request.counter, request.log);
    return is_overtaken ? std::optional{result_of(append_status::overtaken)} : std::nullopt;
  }

  const used_log* into = find_log(request.log);
  const log_id id = into != nullptr ? into->record.state.id : request.create ? request.create->id : log_id{};
  if (hash_content(id, request.kind, request.body) != original->hash) return result_of(append_status::conflict);
  append_result result = result_of(append_status::duplicate);
  result.position = original->position;
  result.commit_time = original->commit_time;
  result.chain = original->chain;
  return result;
}

append_result append_batch::append(const append_request& request) {
  used_log* const used = open_log(request);
  if (used == nullptr) return result_of(append_status::storage_failed);
  log_record* const into = &used->record;
  if (!space_.can_take(*into, request)) return result_of(append_status::log_full);
  space_.make_room(*into, request);
  if (std::exchange(used->is_new, false) && request.create->owner)
    tables_.rules.put(request.log, {*request.create->owner, {.role = room_role::owner}});

  const row next = row_of(request, into->state.head.next());
  const chain_hash chain = next_chain(into->head_chain, into->state.id, next);
  tables_.rows.insert(request.log, next, chain);
  on_used(request);
  const std::uint64_t outbox = stored_number({request.sender, request.outbox}, outbox_of(request));
  tables_.outboxes.decide(outbox, request.counter,
                          {hash_content(into->state.id, request.kind, request.body), request.log, next.position,
                           next.commit_time, tag_of(chain)});
  into->head_chain = chain;
  into->state.head = next.position;
  into->bytes += next.body.size();
  if (into->state.key.kind == log_kind::inbox)
    tables_.pairs.add(request.log, request.sender, {next.position, next.commit_time, next.body.size()});
  used->is_changed = true;

  append_result result = result_of(append_status::committed);
  result.position = next.position;
  result.commit_time = next.commit_time;
  result.chain = tag_of(chain);
  return result;
}

append_batch::used_log* append_batch::find_log(log_number number) {
  const auto used = logs_.find(number);
  if (used != logs_.end()) return &used->second;
  const auto stored = tables_.logs.find(number);
  return stored ? &logs_.emplace(number, used_log{*stored, false}).first->second : nullptr;
}

append_batch::used_log* append_batch::open_log(const append_request& request) {
  if (used_log* const found = find_log(request.log)) return found;
  if (!request.create || request.log > log_number_max) return nullptr;
  return &logs_.emplace(request.log, used_log{fresh_log(request.log, *request.create), false, true}).first->second;
}

append_batch::used_outbox& append_batch::outbox_of(const append_request& request) {
  const auto [used, is_new] = outboxes_.try_emplace({request.sender, request.outbox});
  if (is_new) {
    if (const auto stored = tables_.outboxes.find(request.sender, request.outbox))
      used->second = {*stored, true, false};
  }
  return used->second;
}

std::uint64_t append_batch::stored_number(const outbox_key& key, used_outbox& outbox) {
  if (!outbox.is_stored) {
    outbox.record.number = tables_.outboxes.insert(key.first, key.second, outbox.record);
    outbox.is_stored = true;
    outbox.is_changed = false;
  }
  return outbox.record.number;
}

void append_batch::on_used(const append_request& request) {
  used_outbox& from = outbox_of(request);
  if (request.floor > from.record.floor) {
    from.record.floor = request.floor;
    from.is_changed = true;
  }
  if (request.commit_time - from.record.last_use >= outbox_use_precision) {
    from.record.last_use = request.commit_time;
    from.is_changed = true;
  }
}

void append_batch::flush() {
  for (const auto& [number, used] : logs_) {
    if (used.is_changed) tables_.logs.put(used.record);
  }
  for (const auto& [key, used] : outboxes_) {
    if (used.is_changed) tables_.outboxes.update(used.record);
  }
}

}  // namespace tern::relay::sqlite
