#include "proto/chat/op_codec.hpp"

#include "proto/packet/varint.hpp"
#include "proto/packet/writer.hpp"
#include "proto/utf8.hpp"

#include <limits>

namespace tern::proto::chat {

void field_writer::varint(std::uint64_t value) {
  byte_array<varint_bytes_max> octets{};
  writer out{octets};
  out.varint(value);
  raw(out.view());
}

std::uint8_t field_reader::octet_up_to(std::uint8_t max) {
  const std::uint8_t value = octet();
  require(value <= max);
  return value;
}

std::uint32_t field_reader::varint32() {
  const std::uint64_t value = varint();
  require(value <= std::numeric_limits<std::uint32_t>::max());
  return static_cast<std::uint32_t>(value);
}

wall_time field_reader::time() { return wall_time{std::chrono::milliseconds{static_cast<std::int64_t>(varint())}}; }

std::string field_reader::text(std::size_t bytes_max) {
  std::string value = octets(bytes_max);
  require(is_valid_utf8(value));
  return value;
}

std::string field_reader::octets(std::size_t bytes_max) {
  const std::uint64_t size = varint();
  require(size <= bytes_max);
  return bad_ ? std::string{} : std::string{as_text(in_.take(static_cast<std::size_t>(size)))};
}

bytes field_reader::rest() {
  const byte_view left = in_.rest();
  return {left.begin(), left.end()};
}

}  // namespace tern::proto::chat
