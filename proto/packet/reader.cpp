#include "proto/packet/reader.hpp"

#include "proto/packet/varint.hpp"

namespace tern::proto {

std::uint64_t reader::varint() {
  if (input_.empty()) {
    fail();
    return 0;
  }
  const std::size_t octets = std::size_t{1} << (input_[0] >> 6U);
  const std::uint64_t value = fixed(octets) & (varint_max >> (8 * (varint_bytes_max - octets)));
  if (failed_ || varint_size(value) != octets) {
    fail();
    return 0;
  }
  return value;
}

std::uint64_t reader::varint_up_to(std::uint64_t maximum) {
  const std::uint64_t value = varint();
  if (value <= maximum) return value;
  fail();
  return 0;
}

}  // namespace tern::proto
