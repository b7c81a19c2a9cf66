#include "tests/relay/hub/memory_store.hpp"

#include <algorithm>
#include <utility>

namespace tern::relay::testing {

namespace {

// Not a hash worth the name: enough to tell one history from another.
chain_tag chain_after(const chain_tag& previous, const append_request& wish) {
  std::uint64_t state = 1469598103934665603U;
  const auto mix = [&state](const auto& octets) {
    for (const auto octet : octets) state = (state ^ static_cast<std::uint8_t>(octet)) * 1099511628211U;
  };
  mix(previous);
  mix(wish.sender);
  mix(wish.body);
  chain_tag chain{};
  for (auto& octet : chain) {
    octet = static_cast<std::uint8_t>(state);
    state >>= 8U;
  }
  return chain;
}

}  // namespace

memory_store::answer memory_store::step() {
  request wish = std::move(queue_.front());
  queue_.pop_front();
  return std::visit([this](const auto& known) -> answer { return carry_out(known); }, wish);
}

append_result memory_store::carry_out(const append_request& wish) {
  append_result result{.tag = wish.tag};
  if (failing_) ++failures_;
  result.failures = failures_;
  if (failing_ || wish.failures_seen < failures_) {
    result.status = failing_.value_or(append_status::storage_failed);
    return result;
  }
  const idempotency_key key{wish.sender, wish.outbox, wish.counter};
  if (const auto known = decided_.find(key); known != decided_.end()) {
    result = known->second.made;
    result.tag = wish.tag;
    result.failures = failures_;
    const bool same = known->second.log == wish.log && known->second.body == wish.body;
    result.status = same ? append_status::duplicate : append_status::conflict;
    return result;
  }
  const bool is_overtaken = std::any_of(decided_.upper_bound(key), decided_.end(), [&](const auto& later) {
    return std::get<0>(later.first) == wish.sender && std::get<1>(later.first) == wish.outbox &&
           later.second.log == wish.log;
  });
  if (is_overtaken) {
    result.status = append_status::overtaken;
    return result;
  }
  if (!logs_.contains(wish.log)) {
    if (!wish.create) {
      result.status = append_status::storage_failed;
      return result;
    }
    make(wish.log, *wish.create);
  }
  stored_log& target = logs_[wish.log];
  target.head = target.head.next();
  target.head_chain = chain_after(target.head_chain, wish);
  target.rows.push_back(
      {target.head, wish.commit_time, wish.sender, wish.sender_name, wish.kind, wish.body, target.head_chain});
  result.position = target.head;
  result.commit_time = wish.commit_time;
  result.chain = target.head_chain;
  decided_[key] = {wish.log, wish.body, result};
  return result;
}

name_result memory_store::carry_out(const name_request& wish) {
  if (!names_fail_ && !wish.seen_again) {
    std::erase_if(names_, [&](const auto& known) { return known.second.name == wish.name; });
    names_[wish.key].name = wish.name;
  }
  if (!names_fail_) names_[wish.key].last_seen = wish.time;
  return {wish.tag, !names_fail_};
}

rules_result memory_store::carry_out(const rules_request& wish) {
  if (rules_fail_ || (!logs_.contains(wish.log) && !wish.create)) return {wish.tag, false};
  if (!logs_.contains(wish.log)) make(wish.log, *wish.create);
  for (const right_record& each : wish.changed) put(wish.log, each);
  rules_[wish.log].kind = wish.kind;
  rules_[wish.log].topic = wish.topic;
  rules_[wish.log].live = wish.live;
  return {wish.tag, true};
}

void memory_store::make(log_number number, const new_log& wanted) {
  logs_[number] = {wanted.key, wanted.id, {}, {}, {}};
  if (wanted.owner) put(number, {*wanted.owner, {.role = room_role::owner}});
}

void memory_store::put(log_number log, const right_record& changed) {
  auto& rights = rules_[log].rights;
  std::erase_if(rights, [&](const right_record& each) { return each.key == changed.key; });
  if (changed.has != right{}) rights.push_back(changed);
}

read_result memory_store::carry_out(const read_request& wish) {
  ++reads_;
  read_result result{.tag = wish.tag, .failed = reads_fail_};
  const stored_log& source = logs_[wish.log];
  result.first = source.rows.empty() ? source.head.next() : source.rows.front().position;
  if (reads_fail_) return result;
  std::uint64_t bytes = 0;
  const auto keep = [&](const row& stored) {
    if (stored.position < wish.from || stored.position > wish.to) return true;
    if (stored.kind == let_go_kind && !wish.with_let_go) return true;
    if (result.rows.size() >= wish.rows_max || (bytes > 0 && bytes + stored.body.size() > wish.bytes_max)) return false;
    bytes += stored.body.size();
    result.rows.push_back(stored);
    return true;
  };
  if (wish.newest) {
    (void)std::all_of(source.rows.rbegin(), source.rows.rend(), keep);
    std::reverse(result.rows.begin(), result.rows.end());
  } else {
    (void)std::all_of(source.rows.begin(), source.rows.end(), keep);
  }
  return result;
}

void memory_store::prune(log_number number, log_position first) {
  std::erase_if(logs_[number].rows, [first](const row& stored) { return stored.position < first; });
}

void memory_store::let_go(log_number number, log_position position) {
  for (row& stored : logs_[number].rows) {
    if (stored.position != position) continue;
    stored.kind = let_go_kind;
    stored.body.clear();
  }
}

void memory_store::truncate(log_number number, std::uint64_t positions) {
  stored_log& target = logs_[number];
  target.rows.resize(positions);
  target.head = log_position{positions};
  target.head_chain = target.rows.empty() ? chain_tag{} : target.rows.back().chain;
}

store_snapshot memory_store::snapshot() const {
  store_snapshot all;
  for (const auto& [number, known] : logs_) {
    const log_position first = known.rows.empty() ? known.head.next() : known.rows.front().position;
    all.logs.push_back({number, known.key, known.id, known.head, first, known.head_chain});
  }
  for (const auto& [number, rules] : rules_) all.rules.push_back({number, rules});
  for (const auto& [key, known] : names_) all.names.push_back({known.name, key, known.last_seen});
  return all;
}

}  // namespace tern::relay::testing
