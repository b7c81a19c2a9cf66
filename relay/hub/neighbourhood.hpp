// What the guests of one address prefix share (relay.md, section 2): a key costs nothing, an
// address does. Guests are keys without a name, and visitors of the text gateway. Counts only
// connections whose address is proved: what anyone can forge counts against nobody. A limit
// of 0 is none.
#pragma once

#include "relay/hub/afterlife.hpp"
#include "relay/hub/denial.hpp"
#include "relay/hub/limits.hpp"
#include "relay/hub/rate_limit.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>

namespace tern::relay {

// As proto::address::limit_prefix() gives it.
using address_prefix = std::array<std::uint8_t, 16>;

struct neighbourhood {
  explicit neighbourhood(const hub_limits& limits)
      : messages(limits.prefix_guest_messages_rate, limits.prefix_guest_messages_burst),
        bytes(limits.prefix_guest_bytes_rate, limits.prefix_guest_bytes_burst),
        logs(rate_limit::a_day(limits.prefix_guest_logs)),
        names(rate_limit::a_day(limits.prefix_guest_names)) {}

  proto::time_point idle_at() const {
    return std::max({messages.idle_at(), bytes.idle_at(), logs.idle_at(), names.idle_at(), denials.idle_at()});
  }

  rate_limit messages;
  rate_limit bytes;
  rate_limit logs;   // rooms and inboxes in which the first thing is said
  rate_limit names;  // claimed
  denial_count denials{};
  std::uint64_t here = 0;  // connections, named ones too
};

class neighbourhood_table {
 public:
  // Both outlive the table.
  neighbourhood_table(const hub_limits& limits, hub_counters& counters) : limits_(limits), counters_(counters) {}

  // A connection from there; until leave().
  neighbourhood& enter(const address_prefix& prefix, proto::time_point now);
  void leave(const address_prefix& prefix, proto::time_point now);
  // Precondition: somebody from there is here.
  neighbourhood& at(const address_prefix& prefix) { return all_.at(prefix); }
  // The limits that they were made with have other values: rates begin anew.
  void on_rates_changed();
  std::size_t size() const { return all_.size(); }

 private:
  void forget(proto::time_point now);

  const hub_limits& limits_;
  hub_counters& counters_;
  // Of those who are here, which the connections bound, and in gone_. Ordered: whoever has many prefixes does not
  // choose our worst case.
  std::map<address_prefix, neighbourhood> all_;
  afterlife<address_prefix> gone_;
};

}  // namespace tern::relay
