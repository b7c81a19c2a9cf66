#include "relay/hub/neighbourhood.hpp"

#include <algorithm>

namespace tern::relay {

neighbourhood& neighbourhood_table::enter(const address_prefix& prefix, proto::time_point now) {
  forget_idle(now);
  neighbourhood& near = all_.try_emplace(prefix, limits_).first->second;
  ++near.here;
  return near;
}

void neighbourhood_table::leave(const address_prefix& prefix, proto::time_point now) {
  --at(prefix).here;
  forget_idle(now);
}

void neighbourhood_table::on_rates_changed() {
  for (auto& [prefix, near] : all_) {
    const neighbourhood fresh{limits_};
    near.messages = fresh.messages;
    near.bytes = fresh.bytes;
    near.logs = fresh.logs;
    near.names = fresh.names;
  }
}

// Sweeping when their number has doubled keeps the cost of each new one constant.
void neighbourhood_table::forget_idle(proto::time_point now) {
  if (all_.size() < sweep_at_) return;
  std::erase_if(all_, [now](const auto& entry) { return entry.second.is_idle(now); });
  sweep_at_ = std::max<std::size_t>(1024, 2 * all_.size());
}

}  // namespace tern::relay
