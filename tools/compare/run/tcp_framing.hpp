// Messages in a stream: each behind its length in 16 bits, most significant octet first.
#pragma once

#include "proto/bytes.hpp"

#include <cstddef>
#include <optional>

namespace tern::compare {

inline constexpr std::size_t tcp_length_bytes = 2;

// Precondition: message.size() < 65,536.
void append_framed(proto::bytes& stream, proto::byte_view message);

// Cuts a stream that comes in pieces into messages again.
class tcp_unframer {
 public:
  // Where the next octets of the stream go; never empty.
  proto::mutable_byte_view space();
  // So many of them came. Precondition: at most space().size().
  void on_received(std::size_t octets) { held_ += octets; }
  // The next whole message; valid until space() is called.
  std::optional<proto::byte_view> next();

 private:
  static constexpr std::size_t buffer_bytes = std::size_t{128} << 10U;
  proto::bytes buffer_ = proto::bytes(buffer_bytes);
  std::size_t taken_ = 0;
  std::size_t held_ = 0;
};

}  // namespace tern::compare
