#include "relay/store/memory_store.hpp"

#include "relay/store/chain_walk.hpp"

#include <algorithm>

namespace tern::relay {

tl::expected<store_snapshot, store_fault> memory_store::snapshot() {
  gate_.restart();
  store_snapshot all;
  for (const auto& [number, one] : logs_) all.logs.push_back(one.state);
  for (const auto& [name, record] : names_) all.names.push_back(record);
  for (const auto& [number, record] : rules_) all.rules.push_back(record);
  return all;
}

std::vector<append_result> memory_store::commit(std::span<const append_request> requests) {
  const bool broken = fault_ || std::exchange(breaks_down_, false);
  if (broken && !fault_) fault_ = store_fault{"the storage broke down"};
  std::vector<append_result> results;
  results.reserve(requests.size());
  for (const append_request& request : requests) {
    const bool refused = broken || !gate_.admits(request);
    results.push_back(refused ? result_of(request, append_status::storage_failed) : apply(request));
  }
  const bool lacked_space = std::any_of(results.begin(), results.end(), [](const append_result& result) {
    return result.status == append_status::disk_full;
  });
  if (broken || lacked_space) gate_.on_failure();
  for (append_result& result : results) result.failures = gate_.failures();
  return results;
}

append_result memory_store::apply(const append_request& request) {
  const auto known = decided(request);
  append_result result = known ? *known : append(request);
  if (disk_full_) return result;
  if (result.status == append_status::committed || result.status == append_status::duplicate) {
    outbox& from = outboxes_[{request.sender, request.outbox}];
    from.floor = std::max(from.floor, request.floor);
    from.last_use = std::max(from.last_use, request.commit_time);
    from.decisions.erase(from.decisions.begin(), from.decisions.lower_bound(from.floor));
  }
  return result;
}

std::optional<append_result> memory_store::decided(const append_request& request) const {
  const auto from = outboxes_.find({request.sender, request.outbox});
  const bool is_known = from != outboxes_.end();
  const std::uint64_t floor = std::max(request.floor, is_known ? from->second.floor : 0);
  if (!is_decidable(request.counter, floor)) return result_of(request, append_status::stale);
  if (!is_known) return std::nullopt;
  const auto& decisions = from->second.decisions;
  const auto earlier = decisions.find(request.counter);
  if (earlier == decisions.end()) {
    const bool is_overtaken = std::any_of(decisions.upper_bound(request.counter), decisions.end(),
                                          [&](const auto& later) { return later.second.log == request.log; });
    return is_overtaken ? std::optional{result_of(request, append_status::overtaken)} : std::nullopt;
  }

  const auto into = logs_.find(request.log);
  const log_id id = into != logs_.end() ? into->second.state.id : request.create ? request.create->id : log_id{};
  const decision& original = earlier->second;
  if (hash_content(id, request.kind, request.body) != original.hash) return result_of(request, append_status::conflict);
  append_result result = result_of(request, append_status::duplicate);
  result.position = original.position;
  result.commit_time = original.commit_time;
  result.chain = original.chain;
  return result;
}

append_result memory_store::append(const append_request& request) {
  if (disk_full_) return result_of(request, append_status::disk_full);
  const bool is_new = !logs_.contains(request.log);
  log* const into = open_log(request.log, request.create);
  if (into == nullptr) return result_of(request, append_status::storage_failed);
  if (!can_take(*into, request)) {
    // A log begins to exist with its first row.
    if (is_new) {
      logs_.erase(request.log);
      rules_.erase(request.log);
    }
    return result_of(request, append_status::log_full);
  }
  make_room(*into, request);

  row next = row_of(request, into->state.head.next());
  into->head_chain = next_chain(into->head_chain, into->state.id, next);
  next.chain = tag_of(into->head_chain);
  into->state.head = next.position;
  into->state.head_chain = next.chain;
  into->bytes += next.body.size();
  if (into->state.key.kind == log_kind::inbox) {
    pair& of = into->pairs[request.sender];
    of.rows.push_back(next.position);
    of.bytes += next.body.size();
  }

  append_result result = result_of(request, append_status::committed);
  result.position = next.position;
  result.commit_time = next.commit_time;
  result.chain = next.chain;
  outboxes_[{request.sender, request.outbox}].decisions[request.counter] = {
      hash_content(into->state.id, request.kind, request.body), request.log, next.position, next.commit_time,
      next.chain};
  into->rows.push_back({std::move(next), into->head_chain});
  return result;
}

memory_store::log* memory_store::open_log(log_number number, const std::optional<new_log>& create) {
  const auto found = logs_.find(number);
  if (found != logs_.end()) return &found->second;
  if (!create) return nullptr;
  log& made = logs_[number];
  made.state = {
      .number = number, .key = create->key, .id = create->id, .head = {}, .first = log_position{1}, .head_chain = {}};
  if (create->owner) put(number, {*create->owner, {.role = room_role::owner}});
  return &made;
}

void memory_store::put(log_number log, const right_record& changed) {
  rules_record& into = rules_[log];
  into.log = log;
  auto& rights = into.rules.rights;
  std::erase_if(rights, [&](const right_record& each) { return each.key == changed.key; });
  if (changed.has == right{}) return;
  rights.insert(std::ranges::lower_bound(rights, changed.key, {}, &right_record::key), changed);
}

rules_result memory_store::change_rules(const rules_request& request) {
  if (fault_ || disk_full_ || open_log(request.log, request.create) == nullptr) return {request.tag, false};
  for (const right_record& each : request.changed) put(request.log, each);
  rules_record& into = rules_[request.log];
  into.log = request.log;
  into.rules.kind = request.kind;
  into.rules.topic = request.topic;
  into.rules.live = request.live;
  return {request.tag, true};
}

bool memory_store::can_take(log& into, const append_request& request) const {
  const std::uint64_t size = request.body.size();
  if (size > keep_.bytes_max) return false;
  old_stretch& old = into.old;
  // The clock may have been set back since it was walked.
  if (!keep_.may_make_room(old.newest, request.commit_time)) old = {.end = into.state.first};
  while (!keep_.has_room(into.rows.size(), into.bytes, size) &&
         !keep_.has_room(into.rows.size() - old.rows, into.bytes - old.bytes, size)) {
    if (old.rows == into.rows.size()) return false;
    const row& next = into.rows[old.rows].content;
    if (!keep_.may_make_room(next.commit_time, request.commit_time)) return false;
    old.add(next.body.size(), next.commit_time);
  }
  return into.state.key.kind != log_kind::inbox || can_take_of_pair(into, request);
}

bool memory_store::can_take_of_pair(const log& into, const append_request& request) const {
  if (request.body.size() > keep_.pair_bytes_max) return false;
  const auto known = into.pairs.find(request.sender);
  if (known == into.pairs.end()) return true;
  std::uint64_t rows = known->second.rows.size();
  std::uint64_t bytes = known->second.bytes;
  for (const log_position position : known->second.rows) {
    if (keep_.has_pair_room(rows, bytes, request.body.size())) break;
    const row& each = into.at(position);
    if (!keep_.may_make_room(each.commit_time, request.commit_time)) continue;
    --rows;
    bytes -= each.body.size();
  }
  return keep_.has_pair_room(rows, bytes, request.body.size());
}

void memory_store::make_room(log& into, const append_request& request) const {
  // The sender's own go first: perhaps nobody else's have to.
  make_pair_room(into, request);
  while (!keep_.has_room(into.rows.size(), into.bytes, request.body.size())) drop_oldest(into);
}

void memory_store::make_pair_room(log& into, const append_request& request) const {
  const auto known = into.pairs.find(request.sender);
  if (known == into.pairs.end()) return;
  pair& of = known->second;
  while (!keep_.has_pair_room(of.rows.size(), of.bytes, request.body.size())) {
    let_go(into, of, std::find_if(of.rows.begin(), of.rows.end(), [&](log_position position) {
             return keep_.may_make_room(into.at(position).commit_time, request.commit_time);
           }));
  }
}

void memory_store::drop_oldest(log& from) {
  const stored_row& oldest = from.rows.front();
  const row& content = oldest.content;
  const auto known = content.kind == let_go_kind ? from.pairs.end() : from.pairs.find(content.sender);
  if (known != from.pairs.end()) {
    known->second.rows.pop_front();
    known->second.bytes -= content.body.size();
    if (known->second.rows.empty()) from.pairs.erase(known);
  }
  from.old.on_dropped(content.position, content.body.size());
  from.base = oldest.chain;
  from.bytes -= content.body.size();
  from.state.first = content.position.next();
  from.rows.pop_front();
}

void memory_store::let_go(log& from, pair& of, std::deque<log_position>::iterator which) {
  row& content = from.at(*which);
  of.rows.erase(which);
  of.bytes -= content.body.size();
  from.old.on_emptied(content.position, content.body.size());
  from.bytes -= content.body.size();
  content.kind = let_go_kind;
  content.sender_name.clear();
  content.body.clear();
}

append_status memory_store::probe() {
  if (std::exchange(breaks_down_, false) && !fault_) fault_ = store_fault{"the storage broke down"};
  if (fault_) return append_status::storage_failed;
  return disk_full_ ? append_status::disk_full : append_status::committed;
}

name_result memory_store::claim_name(const name_request& request) {
  if (fault_ || disk_full_) return {request.tag, false};
  if (request.seen_again) {
    const auto found = names_.find(request.name);
    if (found != names_.end() && found->second.key == request.key) found->second.last_seen = request.time;
    return {request.tag, true};
  }
  std::erase_if(names_, [&](const auto& entry) { return entry.second.key == request.key; });
  names_[request.name] = {request.name, request.key, request.time};
  return {request.tag, true};
}

read_result memory_store::read(const read_request& request) {
  read_result result{.tag = request.tag, .failed = false, .rows = {}, .first = log_position{1}};
  const auto found = logs_.find(request.log);
  if (found == logs_.end()) return result;
  const log& from = found->second;
  result.first = from.state.first;
  const log_position low = std::max(request.from, from.state.first);
  const log_position high = std::min(request.to, from.state.head);
  std::uint64_t bytes = 0;
  for (std::uint64_t i = 0; low <= high && i <= high.since(low) && result.rows.size() < request.rows_max; ++i) {
    const log_position position = request.newest ? log_position{high.value - i} : low.plus(i);
    const row& next = from.rows[position.since(from.state.first)].content;
    if (next.kind == let_go_kind && !request.with_let_go) continue;
    bytes += next.body.size();
    if (bytes > request.bytes_max && !result.rows.empty()) break;
    result.rows.push_back(next);
  }
  if (request.newest) std::reverse(result.rows.begin(), result.rows.end());
  return result;
}

verify_report memory_store::verify() {
  verify_report report;
  for (const auto& [number, one] : logs_) {
    chain_walk walk{one.state, one.base, report};
    for (const stored_row& next : one.rows) walk.on_row(next.content, next.chain);
    walk.finish();
  }
  return report;
}

tl::expected<std::unique_ptr<copying>, std::string> memory_store::copy_to(const std::string&) {
  return tl::unexpected{std::string{"this relay keeps everything in memory (--durability memory), nothing on a disk"}};
}

void memory_store::maintain(proto::wall_time now) {
  for (auto& [number, one] : logs_) {
    while (!one.rows.empty() && keep_.is_expired(one.rows.front().content.commit_time, now)) drop_oldest(one);
  }
  std::erase_if(outboxes_, [&](const auto& entry) { return is_expired_outbox(entry.second.last_use, now); });
}

void memory_store::restart() {
  fault_.reset();
  breaks_down_ = false;
}

append_result memory_store::result_of(const append_request& request, append_status status) {
  append_result result;
  result.tag = request.tag;
  result.status = status;
  return result;
}

}  // namespace tern::relay
