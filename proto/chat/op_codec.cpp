#include "proto/chat/op_codec.hpp"

#include "proto/chat/utf8.hpp"

#include <limits>

namespace tern::proto::chat {

void field_writer::varint(std::uint64_t value) {
  const unsigned size_code = value < (1U << 6U) ? 0 : value < (1U << 14U) ? 1 : value < (1U << 30U) ? 2 : 3;
  const unsigned size = 1U << size_code;
  for (unsigned i = size; i-- > 0;) {
    auto octet = static_cast<std::uint8_t>(value >> (8 * i));
    if (i == size - 1) octet = static_cast<std::uint8_t>((octet & 0x3fU) | size_code << 6U);
    out_.push_back(octet);
  }
}

byte_view field_reader::take(std::size_t size) {
  if (truncated_ || size > in_.size()) {
    truncated_ = true;
    return {};
  }
  const byte_view taken = in_.first(size);
  in_ = in_.subspan(size);
  return taken;
}

std::uint8_t field_reader::octet() {
  const byte_view data = take(1);
  return data.empty() ? std::uint8_t{0} : data[0];
}

std::uint8_t field_reader::octet_up_to(std::uint8_t max) {
  const std::uint8_t value = octet();
  bad_ |= value > max;
  return value;
}

std::uint64_t field_reader::varint() {
  const std::uint8_t first = octet();
  std::uint64_t value = first & 0x3fU;
  for (const std::uint8_t octet : take((std::size_t{1} << (first >> 6U)) - 1)) value = value << 8U | octet;
  return truncated_ ? 0 : value;
}

std::uint32_t field_reader::varint32() {
  const std::uint64_t value = varint();
  bad_ |= value > std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(value);
}

wall_time field_reader::time() { return wall_time{std::chrono::milliseconds{static_cast<std::int64_t>(varint())}}; }

std::string field_reader::text(std::size_t bytes_max) {
  std::string value = octets(bytes_max);
  bad_ |= !is_valid_utf8(as_bytes(value));
  return value;
}

std::string field_reader::octets(std::size_t bytes_max) {
  const std::uint64_t size = varint();
  if (size > bytes_max) {
    bad_ = true;
    return {};
  }
  return std::string{as_text(take(static_cast<std::size_t>(size)))};
}

bytes field_reader::rest() {
  bytes value(in_.begin(), in_.end());
  in_ = {};
  return value;
}

}  // namespace tern::proto::chat
