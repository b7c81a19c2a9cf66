// The invites that an operator has made, as they stand in the data folder: a line each,
// `ID SECRET MADE EXPIRES USES NAME`, times in seconds since 1970, `-` for never and for any
// number of uses. Before there were uses they were left out. Pure.
#pragma once

#include "proto/seal/invite.hpp"
#include "proto/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tern::relay {

struct listed_invite {
  proto::invite_id id;
  proto::secret<32> shared;
  proto::wall_time made_at{};
  std::optional<proto::wall_time> expires_at;
  std::string name;
  std::optional<std::uint32_t> uses_max{};  // how many people may come by it

  bool is_good(proto::wall_time now) const { return !expires_at || now < *expires_at; }
};

inline constexpr std::uint32_t invite_uses_most = 10'000;

// As people write it.
std::string to_string(const proto::invite_id& id);
// As it stands in the list, without an end of line.
std::string line_of(const listed_invite& invite);
std::optional<listed_invite> parse_invite_line(std::string_view line);

class invite_list {
 public:
  static constexpr std::size_t invites_max = 10'000;

  // The error says which line is none: a list that cannot be read whole lets nobody in.
  static tl::expected<invite_list, std::string> parse(std::string_view text);
  std::string to_text() const;

  const std::vector<listed_invite>& all() const { return invites_; }
  // Null where there is none.
  const listed_invite* find(const proto::invite_id& id) const;
  // False where there are too many.
  bool add(listed_invite made);
  // By its id, or by its name where one alone has it. Returns what it was.
  std::optional<listed_invite> revoke(std::string_view which);

  std::vector<proto::invite> good_at(proto::wall_time now) const;

 private:
  std::vector<listed_invite> invites_;
};

}  // namespace tern::relay
