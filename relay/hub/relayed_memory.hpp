// What a live room remembers of what it has passed on: of each outbox the last message, so
// that what is sent again after a lost connection is not passed on twice. Relies on this:
// one outbox says things in the order of their counters. Bounded; of too many the one that
// was silent longest is forgotten.
#pragma once

#include "relay/store/types.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <utility>

namespace tern::relay {

class relayed_memory {
 public:
  static constexpr std::size_t outboxes_max = 256;

  struct place {
    log_position position{};  // 0: forgotten
    proto::wall_time time{};
  };

  // Where this message is, if it was passed on before.
  std::optional<place> find(const client_key& sender, const outbox_id& outbox, std::uint64_t counter) const;
  // Precondition: find() gave nothing.
  void add(const client_key& sender, const outbox_id& outbox, std::uint64_t counter, const place& at);
  std::size_t size() const { return last_.size(); }

 private:
  using source = std::pair<client_key, outbox_id>;
  struct memory {
    std::uint64_t counter = 0;
    place at;
    std::list<source>::iterator turn;
  };

  std::map<source, memory> last_;
  std::list<source> turns_;  // silent longest first
};

}  // namespace tern::relay
