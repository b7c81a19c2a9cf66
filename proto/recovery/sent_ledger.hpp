// The packets whose fate is open, in the order of sending: a ring that grows to its
// working size and is then reused. Settled packets leave from the front only, so
// places stay put while an ACK is worked through. Knows no rules of loss.
#pragma once

#include "proto/numbers.hpp"
#include "proto/recovery/sent_packet.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tern::proto {

class sent_ledger {
 public:
  enum class fate : std::uint8_t { open, lost, acked };
  struct slot {
    sent_packet packet;
    std::uint64_t ordinal = 0;  // how many packets were sent before; skipped numbers do not count
    fate state = fate::open;
  };

  // Precondition: number above all others in the ledger.
  slot& push(sent_packet&& packet);
  void pop_front();
  // Gives the memory back if there is much of it and nothing in it.
  void release_if_empty();

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  // 0 is the oldest.
  slot& operator[](std::size_t index) { return slots_[(begin_ + index) & (slots_.size() - 1)]; }
  const slot& operator[](std::size_t index) const { return slots_[(begin_ + index) & (slots_.size() - 1)]; }
  // The first slot whose number is not below `number`; size() if there is none.
  std::size_t lower_bound(packet_number number) const;

 private:
  void grow();

  std::vector<slot> slots_;  // a power of two, or empty
  std::size_t begin_ = 0;
  std::size_t size_ = 0;
  std::uint64_t next_ordinal_ = 0;
};

}  // namespace tern::proto
