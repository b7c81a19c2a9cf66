// The transport keys of a connection over a stream. The stream keeps order and loses
// nothing, so a packet's number is how many there were before it, and each side counts for
// itself. Knows nothing of frames.
#pragma once

#include "proto/bytes.hpp"
#include "proto/numbers.hpp"
#include "proto/packet/header.hpp"
#include "proto/packet/writer.hpp"
#include "proto/seal/aead.hpp"
#include "proto/seal/keys.hpp"

#include <optional>
#include <utility>

namespace tern::proto {

class stream_protection {
 public:
  // What a DATA packet has beyond its frames.
  static constexpr std::size_t overhead = stream_data_header_bytes + aead_tag_size;

  stream_protection(seal_key send, seal_key receive) : sealer_(std::move(send)), opener_(std::move(receive)) {}

  // `packet`: a DATA packet behind its length, opened in place. Nothing if it does not open:
  // then the stream is not what the peer sent, and nothing later will open either.
  std::optional<mutable_byte_view> open(mutable_byte_view packet) {
    const auto payload =
        opener_.open(receive_next_, packet.first(stream_data_header_bytes), packet.subspan(stream_data_header_bytes));
    if (payload) receive_next_ = receive_next_.next();
    return payload;
  }

  // Where the frames of a packet that is to be built in `buffer` go. Precondition: buffer.size() > overhead.
  static mutable_byte_view payload_room(mutable_byte_view buffer) {
    return buffer.subspan(stream_data_header_bytes, buffer.size() - overhead);
  }
  // Finishes the packet whose frames were put there. Returns its size, length field included.
  std::size_t seal(mutable_byte_view buffer, std::size_t payload_bytes) {
    const std::size_t size = payload_bytes + overhead;
    writer header{buffer.first(stream_data_header_bytes)};
    header.u16(static_cast<std::uint16_t>(size - stream_length_bytes));
    header.u8(static_cast<std::uint8_t>(packet_type::data));
    sealer_.seal(send_next_, header.view(), buffer.subspan(stream_data_header_bytes), payload_bytes);
    send_next_ = send_next_.next();
    return size;
  }

 private:
  sealer sealer_;
  opener opener_;
  // Packet 0 of each direction is the handshake's.
  packet_number send_next_{1};
  packet_number receive_next_{1};
};

}  // namespace tern::proto
