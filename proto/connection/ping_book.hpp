// The PINGs that the owner asked for: which wait to be sent and which are unanswered. They
// are never sent again, so that what they measure is the path: one whose packet was
// acknowledged and whose PONG stays away was lost on the way back. Knows no packets and
// no timers; the connection's own PINGs (keep-alive, probes) are not in it.
#pragma once

#include "proto/bytes.hpp"
#include "proto/numbers.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <deque>
#include <optional>

namespace tern::proto {

byte_array<8> ping_octets(ping_id id);
ping_id ping_id_of(const byte_array<8>& octets);

class ping_book {
 public:
  // The peer may leave all but the newest four unanswered (WIRE.md, PING).
  static constexpr std::size_t due_max = 4;
  // Of more than this the oldest is forgotten; its PONG would tell nothing any more.
  static constexpr std::size_t unanswered_max = 1024;

  // False when as many as may wait to be sent.
  bool ask(ping_id id);
  bool has_due() const { return !due_.empty(); }
  // Precondition: has_due().
  ping_id next_due() const { return due_.front(); }
  void on_sent(time_point now);

  // The packet with it was acknowledged. True where that is news.
  bool on_acked(ping_id id);
  // The packet with it was declared lost. True where nothing says otherwise.
  bool on_lost(ping_id id);
  // How long its answer took; nothing where it is not ours, or was answered before.
  std::optional<duration> on_pong(time_point now, ping_id id);

 private:
  struct entry {
    ping_id id;
    time_point sent_at;
    bool has_reached = false;
  };
  std::deque<entry>::iterator find(ping_id id);

  std::deque<ping_id> due_;
  std::deque<entry> unanswered_;  // oldest first
};

}  // namespace tern::proto
