// The invites that are good at a relay. Whether somebody holds one is decided by one MAC,
// before anything else is done for them, and takes as long for an id that nobody has.
#pragma once

#include "proto/entropy.hpp"
#include "proto/packet/header.hpp"
#include "proto/seal/invite.hpp"
#include "proto/seal/keyed_hash.hpp"

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace tern::proto {

class invite_book {
 public:
  invite_book(const keyed_hash& hash, entropy& source)
      : invites_(0, id_hash{hash}), nobody_(invite_id{}, secret<32>::draw(source)) {}

  // In place of those there were; of two with one id the first counts.
  void replace(std::vector<invite> invites);
  std::size_t size() const { return invites_.size(); }
  bool contains(const invite_id& id) const { return invites_.contains(id); }

  // Whose INITIAL it is; null where it shows no invite that is good.
  const invite* holder_of(const initial_header& initial) const;

 private:
  struct id_hash {
    keyed_hash hash;
    std::size_t operator()(const invite_id& id) const { return static_cast<std::size_t>(hash(id.octets)); }
  };
  std::unordered_map<invite_id, invite, id_hash> invites_;
  invite nobody_;  // stands in for an id that is not known
};

}  // namespace tern::proto
