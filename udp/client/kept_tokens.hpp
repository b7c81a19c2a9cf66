// Tokens of relays, each for a day. Pure; comes from text and goes into it, a place a line:
// `SECONDS TOKEN PLACE`, the first the time when it was given, the second base64url.
#pragma once

#include "proto/bytes.hpp"
#include "proto/time.hpp"

#include <map>
#include <string>
#include <string_view>

namespace tern::udp {

class kept_tokens {
 public:
  static constexpr std::chrono::hours lifetime{24};
  static constexpr std::size_t tokens_max = 64;

  // Lines that say nothing are left out.
  static kept_tokens parse(std::string_view text);
  std::string to_text() const;

  // Empty where there is none. A time in the future is a clock that was wrong: not counted.
  proto::bytes token_for(const std::string& place, proto::wall_time now) const;
  // False where it is not worth keeping: the one that is there is almost as good.
  bool keep(const std::string& place, const proto::bytes& token, proto::wall_time now);

 private:
  struct entry {
    proto::bytes token;
    proto::wall_time given_at;
  };
  void tidy(proto::wall_time now);

  std::map<std::string, entry> tokens_;
};

}  // namespace tern::udp
