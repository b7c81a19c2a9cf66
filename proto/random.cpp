#include "proto/random.hpp"

#include <bit>
#include <cmath>

namespace tern::proto {

random::random(std::uint64_t seed) {
  for (std::uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = seed;
    mixed = (mixed ^ mixed >> 30U) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ mixed >> 27U) * 0x94d049bb133111ebU;
    word = mixed ^ mixed >> 31U;
  }
}

std::uint64_t random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t random::below(std::uint64_t bound) {
  // Values under the threshold would make the low residues more likely.
  const std::uint64_t threshold = (0 - bound) % bound;
  for (;;) {
    const std::uint64_t value = next();
    if (value >= threshold) return value % bound;
  }
}

std::uint64_t random::between(std::uint64_t low, std::uint64_t high) {
  const std::uint64_t width = high - low + 1;
  return width == 0 ? next() : low + below(width);
}

double random::uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

bool random::chance(double probability) { return uniform() < probability; }

double random::exponential(double mean) { return -mean * std::log1p(-uniform()); }

double random::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  for (;;) {
    const double x = 2 * uniform() - 1;
    const double y = 2 * uniform() - 1;
    const double square = x * x + y * y;
    if (square >= 1 || square == 0) continue;
    const double scale = std::sqrt(-2 * std::log(square) / square);
    spare_ = y * scale;
    has_spare_ = true;
    return x * scale;
  }
}

random random::fork() { return random{next()}; }

}  // namespace tern::proto
