#include "proto/chat/op_codec.hpp"

#include "proto/packet/varint.hpp"
#include "proto/packet/writer.hpp"
#include "proto/utf8.hpp"

#include <limits>

namespace tern::proto::chat {

void field_writer::number(std::uint64_t value) {
  byte_array<varint_bytes_max> octets{};
  writer out{octets};
  out.varint(value);
  raw(out.view());
}

std::uint8_t field_reader::octet_up_to(unsigned max) {
  const std::uint8_t value = in_.u8();
  require(value <= max);
  return value;
}

void field_reader::number(std::uint32_t& value) {
  std::uint64_t read = 0;
  number(read);
  require(read <= std::numeric_limits<std::uint32_t>::max());
  value = static_cast<std::uint32_t>(read);
}

void field_reader::time(wall_time& value) {
  value = wall_time{std::chrono::milliseconds{static_cast<std::int64_t>(in_.varint())}};
}

void field_reader::wait(std::chrono::milliseconds& value) {
  std::uint32_t read = 0;
  number(read);
  value = std::chrono::milliseconds{read};
}

void field_reader::text(std::string& value, std::size_t bytes_max) {
  octets(value, bytes_max);
  require(is_valid_utf8(value));
}

void field_reader::octets(std::string& value, std::size_t bytes_max) {
  const std::uint64_t size = in_.varint();
  require(size <= bytes_max);
  if (!bad_) value = as_text(in_.take(static_cast<std::size_t>(size)));
}

void field_reader::rest(bytes& value) {
  const byte_view left = in_.rest();
  value.assign(left.begin(), left.end());
}

}  // namespace tern::proto::chat
