// Several attempts to connect to one relay, of which the first that stands wins. Starts
// them by a schedule, and the next one at once where one fails. Does not know what a
// connection is used for, nor what comes after the race.
#pragma once

#include "proto/endpoint.hpp"
#include "udp/route/attempt_schedule.hpp"
#include "udp/route/route_surroundings.hpp"

#include <optional>
#include <system_error>
#include <vector>

namespace tern::udp {

class connection_race {
 public:
  // An attempt that is under way.
  struct entry {
    proto::connection_handle connection;
    attempt what;
  };

  // Both must outlive the race.
  connection_race(proto::endpoint& endpoint, route_surroundings& around) : endpoint_(endpoint), around_(around) {}

  // Each attempt has until `patience` after the last one began.
  void begin(proto::time_point now, attempt_schedule schedule, proto::duration patience);
  // Starts one that is due.
  std::optional<entry> start_due(proto::time_point now, const proto::connect_options& how);
  // See attempt_schedule::hold().
  void hold(proto::time_point until) { schedule_.hold(until); }

  bool is_running() const { return !entries_.empty() || !schedule_.is_empty(); }
  // The time for it is over although it is running.
  bool is_too_late(proto::time_point now) const { return until_ && *until_ <= now; }
  std::optional<proto::time_point> next_deadline() const;
  std::optional<entry> find(proto::connection_handle connection) const;
  std::optional<entry> find(const attempt& what) const;
  // Why the attempts failed: the most telling of the reasons.
  std::error_code error() const { return error_; }

  // One failed; the next starts at once.
  void on_failed(proto::time_point now, proto::connection_handle connection, std::error_code why);
  // Nothing more is tried there.
  void forget(proto::time_point now, const proto::address& remote);
  // A reason that belongs to no attempt alone.
  void note(std::error_code why);
  // Ends it; the connections of all attempts but `kept` are given up.
  void end(proto::time_point now, std::optional<proto::connection_handle> kept = std::nullopt);

 private:
  std::optional<proto::connection_handle> connect(proto::time_point now, const attempt& what,
                                                  const proto::connect_options& how);

  proto::endpoint& endpoint_;
  route_surroundings& around_;
  attempt_schedule schedule_;
  std::vector<entry> entries_;
  proto::duration patience_{};
  std::optional<proto::time_point> until_;
  std::error_code error_;
};

}  // namespace tern::udp
