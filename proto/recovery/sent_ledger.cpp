#include "proto/recovery/sent_ledger.hpp"

#include <cassert>
#include <utility>

namespace tern::proto {
namespace {

constexpr std::size_t slots_min = 8;
constexpr std::size_t slots_kept_when_empty = 8;

}  // namespace

sent_ledger::slot& sent_ledger::push(sent_packet&& packet) {
  assert(empty() || (*this)[size_ - 1].packet.number < packet.number);
  if (size_ == slots_.size()) grow();
  ++size_;
  slot& fresh = (*this)[size_ - 1];
  fresh.packet = std::move(packet);
  fresh.ordinal = next_ordinal_++;
  fresh.state = fate::open;
  return fresh;
}

void sent_ledger::pop_front() {
  assert(!empty());
  begin_ = (begin_ + 1) & (slots_.size() - 1);
  --size_;
}

void sent_ledger::release_if_empty() {
  if (!empty() || slots_.size() <= slots_kept_when_empty) return;
  slots_ = {};
  begin_ = 0;
}

std::size_t sent_ledger::lower_bound(packet_number number) const {
  std::size_t low = 0;
  std::size_t high = size_;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if ((*this)[middle].packet.number < number)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

void sent_ledger::grow() {
  std::vector<slot> larger(slots_.empty() ? slots_min : slots_.size() * 2);
  for (std::size_t index = 0; index < size_; ++index) larger[index] = std::move((*this)[index]);
  slots_ = std::move(larger);
  begin_ = 0;
}

}  // namespace tern::proto
