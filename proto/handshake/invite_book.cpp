#include "proto/handshake/invite_book.hpp"

#include "proto/seal/constant_time.hpp"

#include <utility>

namespace tern::proto {

void invite_book::replace(std::vector<invite> invites) {
  invites_.clear();
  for (invite& each : invites) {
    const invite_id id = each.id();
    invites_.try_emplace(id, std::move(each));
  }
}

const invite* invite_book::holder_of(const initial_header& initial) const {
  if (initial.crypto != suite::nkpsk0) return nullptr;
  const auto found = invites_.find(invite_id{initial.invite});
  const invite& candidate = found == invites_.end() ? nobody_ : found->second;
  const bool is_good = equal_in_constant_time(candidate.mac_of(initial), initial.invite_mac);
  return is_good && found != invites_.end() ? &candidate : nullptr;
}

}  // namespace tern::proto
