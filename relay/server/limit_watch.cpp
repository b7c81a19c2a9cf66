#include "relay/server/limit_watch.hpp"

#include <utility>

namespace tern::relay {

void limit_watch::look(proto::time_point now, const relay_counters& counters) {
  auto hits = counts_of(counter_kind::limit, counters);
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const std::uint64_t before = before_.empty() ? 0 : before_[i].count;
    if (hits[i].count != before) tell(hits[i].name, hits[i].count - before);
  }
  before_ = std::move(hits);
  next_look_ = now + std::chrono::seconds{1};
}

void limit_watch::tell(std::string_view limit, std::uint64_t hits) {
  log_.warning("limit", {{"what", std::string{limit}}, {"hits", std::to_string(hits)}});
}

}  // namespace tern::relay
