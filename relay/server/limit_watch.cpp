#include "relay/server/limit_watch.hpp"

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

void limit_watch::look(proto::time_point now, const hub_counters& hub, const proto::endpoint_counters& endpoint,
                       const udp::driver_counters& sockets, const text_counters& text) {
  for (const auto& [name, field] : hit_fields) compare(name, hub_.*field, hub.*field);
  for (const auto& [name, field] : endpoint_hits) compare(name, endpoint_.*field, endpoint.*field);
  for (const auto& [name, field] : socket_hits) compare(name, sockets_.*field, sockets.*field);
  for (const auto& [name, field] : text_hits) compare(name, text_.*field, text.*field);
  hub_ = hub;
  text_ = text;
  endpoint_ = endpoint;
  sockets_ = sockets;
  next_look_ = now + std::chrono::seconds{1};
}

void limit_watch::compare(std::string_view name, std::uint64_t before, std::uint64_t after) {
  if (after == before) return;
  log_.warning("limit", {{"what", std::string{name}}, {"hits", std::to_string(after - before)}});
}

}  // namespace tern::relay
