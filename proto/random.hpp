// A small seeded generator for what must be reproducible rather than secret:
// jitter, link models, simulations. Our own because the standard distributions
// differ between libraries. Algorithm: splitmix64 to seed, xoshiro256** to draw
// (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018).
#pragma once

#include <array>
#include <cstdint>

namespace tern::proto {

class random {
 public:
  explicit random(std::uint64_t seed);

  std::uint64_t next();
  // Uniform in [0, bound), without modulo bias. Precondition: bound > 0.
  std::uint64_t below(std::uint64_t bound);
  // Uniform in [low, high], both included.
  std::uint64_t between(std::uint64_t low, std::uint64_t high);
  // Uniform in [0, 1), 53 bits.
  double uniform();
  bool chance(double probability);
  // Exponential with the given mean; 0 for a mean of 0.
  double exponential(double mean);
  // Standard normal (Marsaglia's polar method, the spare value is kept).
  double normal();
  // An independent generator, for a component that must not disturb this stream.
  random fork();

 private:
  std::array<std::uint64_t, 4> state_{};
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace tern::proto
