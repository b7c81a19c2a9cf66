// Who came in by an invite that is good for a number of people: a line `ID KEY` for each in a
// file beside the list. A person is a key: whoever came once comes again. Pure.
#pragma once

#include "proto/seal/identity.hpp"
#include "relay/server/invite_list.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace tern::relay {

class invite_uses {
 public:
  // A line that is none, as of a crash while it was written, is left out.
  static invite_uses parse(std::string_view text);
  // Of what is still in the list.
  std::string to_text(const invite_list& still) const;
  static std::string line_of(const proto::invite_id& by, const proto::identity_key& who);

  bool is_empty() const { return people_.empty(); }
  std::size_t count(const proto::invite_id& of) const;
  bool has(const proto::invite_id& by, const proto::identity_key& who) const;
  void add(const proto::invite_id& by, const proto::identity_key& who) { people_[by].insert(who); }

 private:
  std::map<proto::invite_id, std::set<proto::identity_key>> people_;
};

}  // namespace tern::relay
