// The transport keys of one connection, and the window that makes each packet count
// once. Knows nothing of frames. A packet that does not authenticate changes nothing.
#pragma once

#include "proto/bytes.hpp"
#include "proto/numbers.hpp"
#include "proto/packet/header.hpp"
#include "proto/packet/packet_number.hpp"
#include "proto/seal/aead.hpp"
#include "proto/seal/keys.hpp"
#include "proto/seal/replay_window.hpp"

#include <cstdint>
#include <optional>
#include <tl/expected.hpp>
#include <utility>

namespace tern::proto {

class packet_protection {
 public:
  packet_protection(seal_key send, seal_key receive) : sealer_(std::move(send)), opener_(std::move(receive)) {}

  enum class refusal : std::uint8_t { replayed, forged };
  struct opened {
    packet_number number;
    mutable_byte_view payload;
  };

  // Opens in place. The window moves only with accept(), after the frames were checked.
  tl::expected<opened, refusal> open(const data_header& header, mutable_byte_view datagram) const {
    const packet_number number = expand_packet_number(expected_, header.truncated_number);
    if (!window_.may_accept(number)) return tl::unexpected(refusal::replayed);
    const auto payload = opener_.open(number, datagram.first(data_header_bytes), datagram.subspan(data_header_bytes));
    if (!payload) return tl::unexpected(refusal::forged);
    return opened{number, *payload};
  }
  void accept(packet_number number) {
    window_.accept(number);
    if (number >= expected_) expected_ = number.next();
  }

  // `packet`: header, payload_bytes of plaintext, room for the tag. Returns its size.
  std::size_t seal(packet_number number, mutable_byte_view packet, std::size_t payload_bytes) const {
    sealer_.seal(number, packet.first(data_header_bytes), packet.subspan(data_header_bytes), payload_bytes);
    return data_header_bytes + payload_bytes + aead_tag_size;
  }

 private:
  sealer sealer_;
  opener opener_;
  replay_window window_;
  packet_number expected_{1};  // packet 0 of each direction is the handshake's
};

}  // namespace tern::proto
