// What stands behind proto::endpoint: the tables of connections, who is due and who is
// ready, and the way from a datagram to its connection. accepting.cpp has what a relay
// does with HELLO and INITIAL.
#pragma once

#include "proto/connection/connection.hpp"
#include "proto/endpoint.hpp"
#include "proto/endpoint/half_open_table.hpp"
#include "proto/endpoint/handshake_admission.hpp"
#include "proto/endpoint/prefix_counts.hpp"
#include "proto/endpoint/ready_list.hpp"
#include "proto/endpoint/reset_table.hpp"
#include "proto/endpoint/stream_table.hpp"
#include "proto/endpoint/wake_ups.hpp"
#include "proto/packet/header.hpp"
#include "proto/seal/daily_token.hpp"
#include "proto/seal/issued_ids.hpp"
#include "proto/seal/keyed_hash.hpp"
#include "proto/seal/retry_token.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tern::proto {

class endpoint::implementation {
  struct id_hash {
    keyed_hash hash;
    std::size_t operator()(const connection_id& id) const { return static_cast<std::size_t>(hash(id)); }
  };

 public:
  implementation(endpoint_config config, entropy& source, time_point now)
      : config_(std::move(config)),
        source_(source),
        hash_(keyed_hash::draw(source)),
        reassembly_(config_.bounds, hash_),
        stored_(config_.stored_secret ? config_.stored_secret->clone() : secret<32>::draw(source)),
        ids_(stored_, config_.shard),
        daily_tokens_(stored_, config_.wall_ahead),
        invites_(hash_, source),
        environment_{config_, source_, counters_, events_, reassembly_, ids_, daily_tokens_, invites_},
        tokens_(now, secret<32>::draw(source)),
        admission_(config_.admission, hash_),
        half_open_(config_.admission, hash_),
        by_id_(0, id_hash{hash_}),
        reset_tokens_(hash_),
        per_prefix_(hash_),
        streams_(environment_, hash_) {}

  connection_handle connect(time_point now, const path& to, connect_options options);
  owned_connection* find(connection_handle handle) {
    if (connection* found = find_datagram(handle)) return found;
    return streams_.find(handle);
  }
  // Does something to a connection, if it still exists, and everything that follows from it.
  template <class Action>
  void with(connection_handle handle, Action action) {
    if (owned_connection* found = find(handle)) action(*found);
    touch(handle);
  }
  // After anything was done to a connection: its table entries, timer and readiness.
  void touch(connection_handle handle);
  // It stands in the list of those that poll_transmit() asks, so a touch() follows in any case.
  bool is_ready(connection_handle handle) const { return ready_.contains(handle); }

  connection_handle connect_stream(time_point now, const path& to, connect_options options);
  tl::expected<connection_handle, std::error_code> accept_stream(time_point now, const path& from);
  void on_stream_data(time_point now, connection_handle handle, mutable_byte_view octets);
  void on_stream_end(time_point now, connection_handle handle);
  std::optional<std::size_t> poll_stream(time_point now, connection_handle handle, mutable_byte_view buffer);
  std::optional<connection_handle> poll_stream_ready() { return streams_.poll_ready(); }

  void set_invites(std::vector<invite> invites, time_point now);
  void change_limits(const endpoint_config& wanted);

  void on_datagram(time_point now, const path& from, mutable_byte_view datagram);
  void on_timeout(time_point now);
  std::optional<transmit> poll_transmit(time_point now, mutable_byte_view buffer);
  std::optional<endpoint_event> poll_event();
  std::optional<time_point> next_deadline();

  endpoint_counters counters_;
  std::size_t connection_count() const { return connections_.size() + streams_.size(); }

 private:
  struct slot {
    template <class... Arguments>
    explicit slot(const connection_environment& environment, Arguments&&... arguments)
        : link(environment, std::forward<Arguments>(arguments)...) {}
    connection link;
    wake_ups<connection_handle>::mark armed_for;
  };

  void on_hello(time_point now, const path& from, const hello_header& hello);
  void on_initial(time_point now, const path& from, const initial_header& initial, std::size_t size);
  void accept(time_point now, const path& from, const initial_header& initial, const invite* holder, std::size_t size,
              bool token_valid);
  void count(packet_error error);
  token_standing judge_token(time_point now, const address& from, byte_view token);
  void on_unknown(time_point now, const path& from, const data_header& data);
  void on_reply(time_point now, connection& client, const reply_header& reply, std::size_t size);
  void on_reset(time_point now, const reset_header& reset);
  const retry_tokens& fresh_tokens(time_point now);
  void answer_with_retry(time_point now, const path& to, const connection_id& client);
  bool make_half_open_room(time_point now, const path& from, const connection_id& client, bool token_valid);
  void evict(connection_handle half_open);
  connection* find_datagram(connection_handle handle) {
    const auto found = connections_.find(handle);
    return found == connections_.end() ? nullptr : &found->second->link;
  }
  connection* find(const connection_id& id);
  bool is_revoked(const owned_connection& held) const;
  // One connection more from there is one too many.
  bool is_full(const address& from) const;
  wake_ups<connection_handle>::mark* mark_of(connection_handle handle);
  connection_id draw_id();
  connection_id draw_relay_id();
  void insert(connection_handle handle, std::unique_ptr<slot> fresh);
  void erase(connection_handle handle);
  void forget_stream(std::optional<address> gone);

  endpoint_config config_;
  entropy& source_;
  keyed_hash hash_;
  reassembly_budget reassembly_;
  std::deque<endpoint_event> events_;
  secret<32> stored_;
  issued_ids ids_;
  daily_tokens daily_tokens_;
  invite_book invites_;
  connection_environment environment_;
  retry_tokens tokens_;
  handshake_admission admission_;
  half_open_table half_open_;
  rate_bucket resets_;

  std::uint64_t handles_issued_ = 0;
  std::unordered_map<connection_handle, std::unique_ptr<slot>> connections_;
  std::unordered_map<connection_id, connection_handle, id_hash> by_id_;
  reset_table reset_tokens_;
  prefix_counts per_prefix_;
  wake_ups<connection_handle> wake_ups_;
  ready_list<connection_handle> ready_;
  stream_table streams_;

  struct answer {
    path to;
    bytes datagram;
  };
  // Answers that belong to no connection. Beyond the bound they are dropped: whoever
  // asked will ask again.
  static constexpr std::size_t answers_max = 1024;
  std::deque<answer> answers_;
};

}  // namespace tern::proto
