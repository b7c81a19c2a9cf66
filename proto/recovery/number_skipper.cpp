#include "proto/recovery/number_skipper.hpp"

namespace tern::proto {
namespace {

std::uint64_t draw_gap(entropy& source) {
  constexpr std::uint64_t width = number_skipper::gap_max - number_skipper::gap_min + 1;
  return number_skipper::gap_min + source.draw_u64() % width;
}

}  // namespace

number_skipper::number_skipper(entropy& source) : packets_left_(draw_gap(source)) {}

std::uint64_t number_skipper::before_packet(entropy& source) {
  if (--packets_left_ != 0) return 0;
  packets_left_ = draw_gap(source);
  return 1 + source.draw_u64() % distance_max;
}

}  // namespace tern::proto
