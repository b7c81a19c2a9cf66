#include "proto/packet/writer.hpp"

#include "proto/packet/varint.hpp"

#include <bit>
#include <cassert>

namespace tern::proto {

void writer::varint(std::uint64_t value) {
  assert(value <= varint_max);
  const std::size_t octets = varint_size(value);
  const auto length_bits = static_cast<std::uint64_t>(std::countr_zero(octets));
  fixed(value | length_bits << (8 * octets - 2), octets);
}

}  // namespace tern::proto
