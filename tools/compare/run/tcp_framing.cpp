#include "tools/compare/run/tcp_framing.hpp"

#include <cstring>

namespace tern::compare {

void append_framed(proto::bytes& stream, proto::byte_view message) {
  stream.push_back(static_cast<std::uint8_t>(message.size() >> 8U));
  stream.push_back(static_cast<std::uint8_t>(message.size()));
  stream.insert(stream.end(), message.begin(), message.end());
}

proto::mutable_byte_view tcp_unframer::space() {
  std::memmove(buffer_.data(), buffer_.data() + taken_, held_ - taken_);
  held_ -= taken_;
  taken_ = 0;
  return proto::mutable_byte_view{buffer_}.subspan(held_);
}

std::optional<proto::byte_view> tcp_unframer::next() {
  const std::size_t there = held_ - taken_;
  if (there < tcp_length_bytes) return std::nullopt;
  const std::size_t length = static_cast<std::size_t>(buffer_[taken_]) << 8U | buffer_[taken_ + 1];
  if (there < tcp_length_bytes + length) return std::nullopt;
  const proto::byte_view message{buffer_.data() + taken_ + tcp_length_bytes, length};
  taken_ += tcp_length_bytes + length;
  return message;
}

}  // namespace tern::compare
