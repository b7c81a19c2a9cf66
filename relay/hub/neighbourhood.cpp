#include "relay/hub/neighbourhood.hpp"

namespace tern::relay {

neighbourhood& neighbourhood_table::enter(const address_prefix& prefix, proto::time_point now) {
  neighbourhood& near = all_.try_emplace(prefix, limits_).first->second;
  if (++near.here == 1) gone_.leave(prefix);
  forget(now);
  return near;
}

void neighbourhood_table::leave(const address_prefix& prefix, proto::time_point now) {
  neighbourhood& near = at(prefix);
  if (--near.here == 0) gone_.enter(prefix, near.idle_at());
  forget(now);
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

void neighbourhood_table::forget(proto::time_point now) {
  while (const auto next = gone_.poll(now, limits_.remembered_prefixes_max)) {
    all_.erase(next->key);
    if (next->is_early) ++counters_.prefix_forgotten;
  }
}

}  // namespace tern::relay
