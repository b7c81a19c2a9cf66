// What visitors of the text gateway are called. They prove no key, so a name is theirs only while they are here, is
// marked as a guest's, and can be claimed by nobody for good. Two who are here never look alike. Bounded by the
// number of connections, and by those that ended within the last second.
#pragma once

#include "proto/time.hpp"
#include "relay/store/types.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace tern::relay {

class guest_nicks {
 public:
  // What has left is still told under its name: longer than presence waits.
  static constexpr proto::duration farewell = std::chrono::seconds{1};

  // guest-NAME, or nothing if that cannot be a name. `folded` may begin with guest- itself.
  static std::optional<std::string> mark(const std::string& folded);

  // False: someone here is called like that, or nearly. `nick` is from mark().
  bool take(const client_key& key, const std::string& nick, proto::time_point now);
  // The visitor has gone.
  void release(const client_key& key, proto::time_point now);
  // Null: none.
  const std::string* find(const client_key& key) const;
  // Who is here and called exactly that.
  std::optional<client_key> holder_of(const std::string& nick) const;

 private:
  void forget_gone(proto::time_point now);

  std::map<client_key, std::string> nicks_;
  std::map<std::string, client_key> looks_;  // by skeleton: of those who are here
  std::deque<std::pair<proto::time_point, client_key>> gone_;
};

}  // namespace tern::relay
