// Entropy that is the same in every run.
#pragma once

#include "proto/entropy.hpp"
#include "proto/random.hpp"

namespace tern::proto::test {

class seeded_entropy : public entropy {
 public:
  explicit seeded_entropy(std::uint64_t seed) : source_(seed) {}
  void fill(mutable_byte_view out) override {
    for (std::uint8_t& octet : out) octet = static_cast<std::uint8_t>(source_.below(256));
  }

 private:
  random source_;
};

}  // namespace tern::proto::test
