#include "relay/hub/relayed_memory.hpp"

namespace tern::relay {

std::optional<relayed_memory::place> relayed_memory::find(const client_key& sender, const outbox_id& outbox,
                                                          std::uint64_t counter) const {
  const auto known = last_.find({sender, outbox});
  if (known == last_.end() || counter > known->second.counter) return std::nullopt;
  return counter == known->second.counter ? known->second.at : place{};
}

void relayed_memory::add(const client_key& sender, const outbox_id& outbox, std::uint64_t counter, const place& at) {
  const source from{sender, outbox};
  const auto [known, is_new] = last_.try_emplace(from);
  if (!is_new) turns_.erase(known->second.turn);
  turns_.push_back(from);
  known->second = {counter, at, std::prev(turns_.end())};
  if (last_.size() <= outboxes_max) return;
  last_.erase(turns_.front());
  turns_.pop_front();
}

}  // namespace tern::relay
