// What all connections of an endpoint share.
#pragma once

#include "proto/endpoint/config.hpp"
#include "proto/endpoint/counters.hpp"
#include "proto/endpoint/events.hpp"
#include "proto/entropy.hpp"
#include "proto/handshake/invite_book.hpp"
#include "proto/lanes/reassembly_budget.hpp"
#include "proto/seal/daily_token.hpp"
#include "proto/seal/issued_ids.hpp"

#include <deque>
#include <utility>

namespace tern::proto {

// Everything referred to outlives each of the connections.
struct connection_environment {
  const endpoint_config& config;
  entropy& source;
  endpoint_counters& counters;
  std::deque<endpoint_event>& events;
  reassembly_budget& reassembly;
  const issued_ids& ids;       // a relay's
  const daily_tokens& tokens;  // a relay's
  const invite_book& invites;  // a relay's

  void tell(endpoint_event event) const { events.push_back(std::move(event)); }
};

}  // namespace tern::proto
