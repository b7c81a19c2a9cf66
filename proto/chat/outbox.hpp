// Messages on their way to being committed (relay.md, 1). A message is here before it
// is first sent and stays until the relay has committed or refused it, or its deadline
// has passed; so it survives any number of connections. Its counter under the outbox
// id is its idempotency key and never changes.
//
// Knows no lanes and sends nothing; the session asks what is next for a destination.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <system_error>
#include <tl/expected.hpp>
#include <vector>

#include "proto/chat/destination.hpp"
#include "proto/chat/ops.hpp"
#include "proto/time.hpp"

namespace tern::proto::chat {

struct outbox_limits {
  std::size_t messages_max = 1000;
  std::size_t bytes_max = std::size_t{16} << 20U;
  // How far above the oldest undecided counter one may be sent; the relay remembers a
  // window of 1,024.
  std::uint64_t counters_ahead_max = 1000;
  duration life_max = std::chrono::hours{24 * 30};
};

struct outbox_message {
  destination to;
  body_kind kind = body_kind::text;
  bytes body;
  std::optional<time_point> own_deadline;  // the sender's; the outbox has one for all
  time_point deadline{};
  bool is_sent = false;       // on the present connection
  bool was_ever_sent = false; // on any
};

class outbox {
 public:
  outbox(const outbox_limits& limits, const outbox_id& id) : limits_(limits), id_(id) {}

  const outbox_id& id() const { return id_; }
  bool empty() const { return messages_.empty(); }
  std::size_t size() const { return messages_.size(); }
  std::uint64_t body_bytes() const { return body_bytes_; }
  // Every counter below is decided.
  std::uint64_t floor() const { return messages_.empty() ? next_counter_ : messages_.begin()->first; }

  // The message's counter. Error: errc::queue_full.
  tl::expected<std::uint64_t, std::error_code> add(destination to, body_kind kind, bytes body,
                                                   std::optional<time_point> deadline, time_point now);
  // The oldest message for `to` that was not sent on this connection, unless it is too far ahead.
  std::optional<std::uint64_t> next_for(const destination& to) const;
  // The oldest undecided message for `to`, sent or not.
  std::optional<std::uint64_t> oldest_for(const destination& to) const;
  const outbox_message* find(std::uint64_t counter) const;
  void mark_sent(std::uint64_t counter);
  // The message and all later ones for the same destination go again, in order.
  void unsend_from(std::uint64_t counter);
  // The connection is gone.
  void unsend_all();
  // Committed or refused for good. Nothing when it was decided before.
  std::optional<outbox_message> decide(std::uint64_t counter);
  // Messages whose deadline has passed leave, each once.
  std::vector<std::pair<std::uint64_t, outbox_message>> expire(time_point now);
  std::optional<time_point> next_deadline() const;

 private:
  outbox_limits limits_;
  outbox_id id_;
  std::uint64_t next_counter_ = 0;
  std::uint64_t body_bytes_ = 0;
  std::map<std::uint64_t, outbox_message> messages_;
};

}  // namespace tern::proto::chat
