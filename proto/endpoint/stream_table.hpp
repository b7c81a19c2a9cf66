// The connections of an endpoint that live on streams: who they are, when each wants to be
// woken, and which have something to write. Does not know datagrams.
#pragma once

#include "proto/connection/environment.hpp"
#include "proto/endpoint.hpp"
#include "proto/endpoint/half_open_streams.hpp"
#include "proto/endpoint/handshake_admission.hpp"
#include "proto/endpoint/prefix_counts.hpp"
#include "proto/endpoint/wake_ups.hpp"
#include "proto/stream/stream_connection.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace tern::proto {

class stream_table {
 public:
  stream_table(const connection_environment& environment, const keyed_hash& hash)
      : environment_(environment), half_open_(environment.config.admission, hash) {}

  std::size_t size() const { return streams_.size(); }
  stream_connection* find(connection_handle handle);

  // Those of which that is so.
  template <class Predicate>
  std::vector<connection_handle> select(Predicate is_wanted) const {
    std::vector<connection_handle> wanted;
    for (const auto& [handle, each] : streams_)
      if (is_wanted(each->link)) wanted.push_back(handle);
    return wanted;
  }

  void add_client(connection_handle handle, const path& to, connect_options options, time_point now);
  void add_relay(connection_handle handle, const path& from, time_point now);

  std::optional<std::size_t> poll(time_point now, connection_handle handle, mutable_byte_view buffer);
  std::optional<connection_handle> poll_ready();

  // After octets were asked of a stream: its place in the tables. Returns its peer when it is
  // gone and forgotten.
  std::optional<address> settle(connection_handle handle);
  // After anything else was done to it: it may have something to write now.
  std::optional<address> touch(connection_handle handle);

  // Lets everyone who is due do what is due, and calls touch(handle) for it.
  template <class Touch>
  void on_timeout(time_point now, Touch touch) {
    wake_ups_.wake_due(
        now, [this](connection_handle handle) { return mark_of(handle); },
        [&](connection_handle handle) {
          stream_connection& due = streams_.at(handle)->link;
          if (const auto deadline = due.next_deadline(); deadline && *deadline <= now) due.on_timeout(now);
          touch(handle);
        });
  }
  std::optional<time_point> next_deadline() {
    return wake_ups_.earliest([this](connection_handle handle) { return mark_of(handle); });
  }
  const half_open_streams& half_open() const { return half_open_; }

 private:
  struct slot {
    template <class... Arguments>
    explicit slot(const connection_environment& environment, Arguments&&... arguments)
        : link(environment, std::forward<Arguments>(arguments)...) {}
    stream_connection link;
    wake_ups<connection_handle>::mark armed_for;
    bool told_ready = false;  // stands in ready_, or its driver has not asked to the end
  };
  wake_ups<connection_handle>::mark* mark_of(connection_handle handle);

  connection_environment environment_;
  half_open_streams half_open_;
  std::unordered_map<connection_handle, std::unique_ptr<slot>> streams_;
  wake_ups<connection_handle> wake_ups_;
  std::deque<connection_handle> ready_;
};

}  // namespace tern::proto
