#include "proto/seal/replay_window.hpp"

#include <algorithm>
#include <cassert>

namespace tern::proto {

bool replay_window::may_accept(packet_number number) const {
  const std::uint64_t word = number.value / word_bits;
  if (word > newest_word_) return true;
  if (newest_word_ - word >= word_count) return false;
  return (seen_[word % word_count] >> number.value % word_bits & 1U) == 0;
}

void replay_window::accept(packet_number number) {
  assert(may_accept(number));
  const std::uint64_t word = number.value / word_bits;
  if (word > newest_word_) {
    const std::uint64_t fresh = std::min(word - newest_word_, word_count);
    for (std::uint64_t i = 0; i < fresh; ++i) seen_[(word - i) % word_count] = 0;
    newest_word_ = word;
  }
  seen_[word % word_count] |= std::uint64_t{1} << number.value % word_bits;
}

}  // namespace tern::proto
