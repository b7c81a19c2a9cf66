// Decides what a new handshake costs: nothing, a round trip (RETRY), or silence.
// Counts rates in all and per address prefix. What anyone can forge (a HELLO or
// INITIAL with a false source) can make others pay a RETRY, never shut them out:
// the hard limits drop, and those who hold a token have one of their own. A token of an
// earlier connection can have been recorded, so beyond the limit of its kind it counts as none.
#pragma once

#include "proto/address.hpp"
#include "proto/endpoint/config.hpp"
#include "proto/seal/keyed_hash.hpp"
#include "proto/time.hpp"

#include <array>
#include <cstdint>
#include <list>
#include <unordered_map>

namespace tern::proto {

// A leaky bucket: `rate` a second, bursts of one second's worth unless told otherwise.
class rate_bucket {
 public:
  // Takes one unit; false when there was none.
  bool take(time_point now, double rate) { return take(now, rate, rate); }
  bool take(time_point now, double rate, double burst);

 private:
  time_point updated_at_{};
  double level_ = 0;  // units used up
};

// What the token in an INITIAL shows.
enum class token_standing : std::uint8_t {
  none,
  daily,  // the client shook hands from this address today; somebody may have recorded it
  fresh,  // the client receives at this address and port now
};

class handshake_admission {
 public:
  enum class verdict : std::uint8_t { admit, retry, drop };

  // `limits` outlives it, and may change.
  handshake_admission(const handshake_admission_limits& limits, const keyed_hash& hash);

  verdict judge(time_point now, const address& from, token_standing token);
  std::size_t prefixes() const { return buckets_.size(); }

 private:
  using prefix = std::array<std::uint8_t, 16>;
  struct prefix_entry {
    rate_bucket bucket;
    std::list<prefix>::iterator place;
  };
  struct prefix_hash {
    keyed_hash hash;
    std::size_t operator()(const prefix& value) const { return static_cast<std::size_t>(hash(value)); }
  };

  rate_bucket& bucket_of(const prefix& key);

  const handshake_admission_limits& limits_;
  rate_bucket tokened_;
  rate_bucket daily_;
  rate_bucket answered_;     // without a token: admitted, or told to come with one
  rate_bucket untokened_;    // of those, admitted
  std::list<prefix> order_;  // least recently used first
  std::unordered_map<prefix, prefix_entry, prefix_hash> buckets_;
};

}  // namespace tern::proto
