// A connection as its owner sees it through the endpoint, whatever carries it. The
// commands are those of endpoint.hpp.
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "proto/connection/statistics.hpp"
#include "proto/endpoint/events.hpp"
#include "proto/error.hpp"
#include "proto/lane.hpp"
#include "proto/lanes/incoming_lanes.hpp"
#include "proto/lanes/outgoing_lanes.hpp"
#include "proto/numbers.hpp"
#include "proto/seal/invite.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <tl/expected.hpp>

namespace tern::proto {

class owned_connection {
 public:
  virtual ~owned_connection() = default;

  virtual const path& current_path() const = 0;
  // May be erased: nothing is sent, received or told any more.
  virtual bool is_gone() const = 0;
  // A relay's, and no packet under the transport keys has come yet.
  virtual bool is_half_open() const = 0;
  // A relay's: what its client was let in by.
  virtual std::optional<invite_id> invited_by() const = 0;

  virtual tl::expected<void, std::error_code> send(lane_id lane, bytes payload, const send_options& options,
                                                   time_point now, bool early_allowed) = 0;
  virtual std::optional<received_message> receive() = 0;
  virtual void trust(time_point now) = 0;
  virtual void decide_early(bool taken, time_point now) = 0;
  virtual tl::expected<ping_id, std::error_code> ping() = 0;
  virtual void keep_alive(bool wanted) = 0;
  virtual void expect_answer(bool expected) = 0;
  virtual void close(close_code code, std::string_view reason, time_point now, duration drain_max) = 0;
  // The table of half-open connections needs the room.
  virtual void evict() = 0;

  virtual void on_timeout(time_point now) = 0;
  virtual std::optional<time_point> next_deadline() const = 0;

  virtual std::uint64_t queued_bytes() const = 0;
  virtual connection_statistics statistics() const = 0;

 protected:
  owned_connection() = default;
  owned_connection(const owned_connection&) = default;
  owned_connection& operator=(const owned_connection&) = default;
};

}  // namespace tern::proto
