#include "relay/server/limit_hits.hpp"

#include <array>

namespace tern::relay {

namespace {

using endpoint_counters = proto::endpoint_counters;

struct endpoint_counter {
  std::string_view name;
  std::uint64_t endpoint_counters::*field;
};
constexpr std::array endpoint_hits{
    endpoint_counter{"auth-failed", &endpoint_counters::auth_failed},
    endpoint_counter{"retries", &endpoint_counters::retries_sent},
    endpoint_counter{"handshakes-dropped", &endpoint_counters::handshakes_dropped},
    endpoint_counter{"half-open-evicted", &endpoint_counters::half_open_evicted},
    endpoint_counter{"connections-refused", &endpoint_counters::connections_refused},
    endpoint_counter{"initial-forged", &endpoint_counters::initial_forged},
    endpoint_counter{"uninvited", &endpoint_counters::uninvited},
    endpoint_counter{"resets-withheld", &endpoint_counters::resets_withheld},
    endpoint_counter{"streams-evicted", &endpoint_counters::streams_evicted},
    endpoint_counter{"streams-foreign", &endpoint_counters::streams_foreign},
    endpoint_counter{"streams-expired", &endpoint_counters::streams_expired},
};

struct socket_counter {
  std::string_view name;
  std::uint64_t udp::driver_counters::*field;
};
constexpr std::array socket_hits{
    socket_counter{"streams-refused", &udp::driver_counters::streams_refused},
    socket_counter{"accept-failed", &udp::driver_counters::accept_failed},
};

}  // namespace

std::vector<limit_hits> hits_of(const hub_counters& hub, const proto::endpoint_counters& endpoint,
                                const udp::driver_counters& sockets, const text_counters& text) {
  std::vector<limit_hits> hits;
  hits.reserve(hit_fields.size() + endpoint_hits.size() + socket_hits.size() + text_hits.size());
  for (const auto& [name, field] : hit_fields) hits.push_back({name, hub.*field});
  for (const auto& [name, field] : endpoint_hits) hits.push_back({name, endpoint.*field});
  for (const auto& [name, field] : socket_hits) hits.push_back({name, sockets.*field});
  for (const auto& [name, field] : text_hits) hits.push_back({name, text.*field});
  return hits;
}

}  // namespace tern::relay
