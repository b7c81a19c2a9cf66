#include "relay/hub/room_table.hpp"

#include <algorithm>

namespace tern::relay {

room_table::room_table(const store_snapshot& snapshot, const hub_limits& limits, proto::entropy& entropy)
    : limits_(limits), entropy_(entropy) {
  for (const auto& log : snapshot.logs) {
    logs_.try_emplace(log.number, log, true, limits_);
    index(log.key.kind)[log.key.name] = log.number;
    last_ = std::max(last_, log.number);
  }
  for (const auto& [number, rules] : snapshot.rules) {
    room* log = find(number);
    if (log == nullptr) continue;
    log->rules() = rulebook{rules};
    on_owner(std::nullopt, log->rules().owner());
    if (log->is_live()) log->begin_run(entropy_.draw<16>());
  }
}

void room_table::on_owner(const std::optional<client_key>& former, const std::optional<client_key>& present) {
  if (former == present) return;
  if (former && --owned_[*former] == 0) owned_.erase(*former);
  if (present) ++owned_[*present];
}

room* room_table::find(log_number number) {
  const auto found = logs_.find(number);
  return found == logs_.end() ? nullptr : &found->second;
}

room* room_table::find(const log_key& key) {
  const auto& names = index(key.kind);
  const auto found = names.find(key.name);
  return found == names.end() ? nullptr : find(found->second);
}

room* room_table::open(const log_key& key) {
  if (room* known = find(key)) return known;
  auto& names = index(key.kind);
  if (names.size() >= (key.kind == log_kind::room ? limits_.rooms_max : limits_.inboxes_max)) return nullptr;
  last_ = last_.next();
  names[key.name] = last_;
  log_state state{.number = last_, .key = key, .id = entropy_.draw<16>(), .first = log_position{1}};
  return &logs_.try_emplace(last_, std::move(state), false, limits_).first->second;
}

void room_table::on_rates_changed() {
  for (auto& [number, log] : logs_) log.rate() = rate_limit{limits_.room_messages_rate, limits_.room_messages_burst};
}

void room_table::release(log_number number) {
  room* log = find(number);
  if (log == nullptr) return;
  log->unbind();
  if (!log->is_forgettable()) return;
  on_owner(log->rules().owner(), std::nullopt);
  index(log->state().key.kind).erase(log->state().key.name);
  logs_.erase(number);
}

}  // namespace tern::relay
