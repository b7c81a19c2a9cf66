// What a client keeps between runs, as far as the client knows it: the messages that it has
// taken and that are not decided, and up to where logs were shown (relay.md, 1 and 3). One
// client at one relay under one identity; any number of them, of any number of processes,
// share what is behind the interface.
//
// Every call blocks, and only one thread at a time calls (store_writer.hpp). What is said to
// be done survives the process and the machine. Promises that every implementation keeps,
// each shown by tests/udp/client_file/store_contract_test.cpp:
// - An outbox belongs to one living client at most, and outlives it: take_over() gives it to
//   one other, once the client that had it is gone, with everything that was not forgotten.
// - A place never goes back within a log, unless its keeper says that the log began anew.
#pragma once

#include "proto/chat/kept_outbox.hpp"
#include "proto/seal/keys.hpp"

#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

namespace tern {

struct store_owner {
  proto::public_key relay;
  proto::chat::key_bytes self{};
};

// Up to where the user was shown a log; without a place it is as if it never was. `is_anew`: what
// was kept before does not count, even where it is further on in the same log.
struct shown_place {
  proto::chat::destination of;
  std::optional<proto::chat::cursor> place;
  bool is_anew = false;
};

// The relay goes on under this key, as the one it had announced: all that is kept at the owner's
// relay is at this one from here on, for whoever uses the store, and so is the owner.
struct relay_renewed {
  proto::public_key relay;
};

using store_change = std::variant<proto::chat::outbox_change, shown_place, relay_renewed>;

// What went wrong, in words: which file, what was tried, why not.
struct store_problem {
  std::string text;
};
template <class Value>
using store_result = tl::expected<Value, store_problem>;

class client_store {
 public:
  // What take_over() gives at most.
  struct room {
    std::size_t messages = 1'000;
    std::size_t bytes = std::size_t{16} << 20U;
  };

  client_store() = default;
  client_store(const client_store&) = delete;
  client_store& operator=(const client_store&) = delete;
  virtual ~client_store() = default;

  // First of all.
  virtual store_result<void> open(const store_owner& owner) = 0;
  // The outboxes of clients of the same owner that are gone, the oldest first, without those
  // that would not fit: they are this client's now.
  virtual store_result<std::vector<proto::chat::kept_outbox>> take_over(const room& most) = 0;
  // All of them or none.
  virtual store_result<void> apply(std::span<const store_change> changes) = 0;
  virtual store_result<std::optional<proto::chat::cursor>> place_of(const proto::chat::destination& log) = 0;
  // Lets go of everything; what is undecided is there for the next client. Last of all, or
  // left out: then the client is gone when the object is.
  virtual void close() = 0;

  // From any thread: a call that waits for another process gives up, and so do later ones.
  virtual void hurry() {}
};

}  // namespace tern
