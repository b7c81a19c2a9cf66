// What a packet carried, in the form in which its fate is told: enough to find the
// thing again, never the bytes themselves.
#pragma once

#include "proto/lane.hpp"
#include "proto/numbers.hpp"

#include <cstdint>
#include <optional>
#include <variant>

namespace tern::proto {

struct sent_fragment {
  lane_id lane{};
  message_number number{};
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};
struct sent_skip {
  lane_id lane{};
  message_number number{};
};
struct sent_max_data {
  std::uint64_t total = 0;
};
struct sent_blocked {};
struct sent_ack {
  packet_number largest{};  // for ack_tracker::on_ack_of_ack
};
struct sent_auth {};
struct sent_path_challenge {};
struct sent_path_response {};
struct sent_ping {
  std::optional<ping_id> asked_for{};  // by the owner; not sent again when lost
};
struct sent_mtu_probe {
  std::uint32_t bytes = 0;
};

using sent_item = std::variant<sent_fragment, sent_skip, sent_max_data, sent_blocked, sent_ack, sent_auth,
                               sent_path_challenge, sent_path_response, sent_ping, sent_mtu_probe>;

}  // namespace tern::proto
