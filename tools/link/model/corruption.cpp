#include "tools/link/model/corruption.hpp"

#include <algorithm>

namespace tern::link_model {
namespace {

// One bit in each of `count` different octets: one octet from each of as many equal slices.
void flip_bits(proto::mutable_byte_view octets, std::uint64_t count, proto::random& source) {
  for (std::uint64_t slice = 0; slice < count; ++slice) {
    const std::uint64_t begin = octets.size() * slice / count;
    const std::uint64_t end = octets.size() * (slice + 1) / count;
    octets[begin + source.below(end - begin)] ^= static_cast<std::uint8_t>(1U << source.below(8));
  }
}

void replace_run(proto::mutable_byte_view octets, std::uint64_t count, proto::random& source) {
  const std::uint64_t begin = source.below(octets.size() - count + 1);
  for (std::uint8_t& octet : octets.subspan(begin, count)) octet ^= static_cast<std::uint8_t>(source.between(1, 255));
}

}  // namespace

void corrupt(proto::mutable_byte_view octets, const corruption_model& config, proto::random& source) {
  if (octets.empty()) return;
  const std::uint64_t most = std::clamp<std::uint64_t>(config.damage_max, 1, octets.size());
  const std::uint64_t count = source.between(1, most);
  if (config.unit == corruption_unit::bits) {
    flip_bits(octets, count, source);
  } else {
    replace_run(octets, count, source);
  }
}

}  // namespace tern::link_model
