// How many visitors of the text gateway there are, in all and of each address prefix, and how fast they come and
// speak. They have no keys that could be limited, and new connections are free. Only what a TCP handshake proved
// counts here.
#pragma once

#include "proto/address.hpp"
#include "proto/seal/keyed_hash.hpp"
#include "relay/hub/afterlife.hpp"
#include "relay/hub/rate_limit.hpp"
#include "relay/text/limits.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace tern::relay {

class text_visitors {
 public:
  // `hash`: visitors choose their prefixes. `counters` outlives this.
  text_visitors(const text_limits& limits, const proto::keyed_hash& hash, text_counters& counters)
      : limits_(limits), counters_(counters), prefixes_(0, prefix_hash{hash}) {}

  // Why not, or nothing: the visitor counts until leave().
  std::optional<std::string_view> enter(const proto::address& from, proto::time_point now);
  void leave(const proto::address& from, proto::time_point now);

  // How long the next message of this address has to wait; zero: it may go, and counts.
  // Precondition: a visitor from there is here.
  proto::duration take_message(const proto::address& from, proto::time_point now);

  // For what does not leave the gateway its connections: never more than `connections_max`.
  void set_connections_max(std::uint64_t connections_max) { limits_.connections_max = connections_max; }
  const text_limits& limits() const { return limits_; }

 private:
  using prefix = std::array<std::uint8_t, 16>;
  struct prefix_hash {
    proto::keyed_hash hash;
    std::size_t operator()(const prefix& value) const { return static_cast<std::size_t>(hash(value)); }
  };
  struct neighbours {
    explicit neighbours(const text_limits& limits)
        : visits(limits.prefix_visits_rate, limits.prefix_visits_burst),
          messages(limits.prefix_messages_rate, limits.prefix_messages_burst) {}
    rate_limit visits;
    rate_limit messages;
    std::uint64_t here = 0;
    proto::time_point idle_at() const { return std::max(visits.idle_at(), messages.idle_at()); }
  };
  std::string_view refuse(std::uint64_t& counter, std::string_view why);
  void forget(proto::time_point now);

  text_limits limits_;
  text_counters& counters_;
  std::unordered_map<prefix, neighbours, prefix_hash> prefixes_;  // of those who are here, and in gone_
  afterlife<prefix> gone_;
  std::uint64_t here_ = 0;
};

}  // namespace tern::relay
