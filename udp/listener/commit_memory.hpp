// Which messages were taken before, so that one that comes again is answered and not
// shown again: for each outbox of each sender the results of a window of counters
// (relay.md, 1). Bounded: the outbox that was longest unused is forgotten first.
#pragma once

#include "proto/chat/ops.hpp"
#include "proto/seal/identity.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <utility>

namespace tern::udp {

class commit_memory {
 public:
  struct source {
    proto::identity_key sender;
    proto::chat::outbox_id outbox{};
    auto operator<=>(const source&) const = default;
  };
  enum class state : std::uint8_t { fresh, pending, committed, forgotten };
  struct verdict {
    state what = state::fresh;
    proto::log_position position;  // committed: where
  };

  // A sender never goes further above its oldest undecided message than 1,000.
  static constexpr std::size_t counters_max = 1024;

  explicit commit_memory(std::size_t outboxes_max = 4096) : outboxes_max_(outboxes_max) {}

  // The sender says that every counter below is decided.
  void on_floor(const source& from, std::uint64_t floor);
  // Remembers a fresh one as pending. `forgotten`: below what is remembered.
  verdict on_message(const source& from, std::uint64_t counter);
  void on_committed(const source& from, std::uint64_t counter, proto::log_position position);

 private:
  struct outbox {
    std::uint64_t floor = 0;
    std::map<std::uint64_t, std::optional<proto::log_position>> counters;  // nothing: pending
    std::list<source>::iterator place;
  };
  outbox& use(const source& from);

  std::size_t outboxes_max_;
  std::list<source> by_use_;  // longest unused first
  std::map<source, outbox> outboxes_;
};

}  // namespace tern::udp
