// Cuts the octets of a stream into packets, however they arrive. Holds at most the packet
// that is not all there. Does not know what a packet says, and trusts no length beyond
// its bound.
#pragma once

#include "proto/bytes.hpp"
#include "proto/packet/header.hpp"

#include <cstdint>
#include <optional>

namespace tern::proto {

class stream_reader {
 public:
  enum class failure : std::uint8_t {
    none,
    foreign,     // no preface: somebody speaks something else
    bad_length,  // 0, or above the bound
  };

  // A relay expects the preface, a client does not. Until allow() only handshake packets fit.
  explicit stream_reader(bool expects_preface)
      : preface_left_(expects_preface ? byte_view{stream_preface} : byte_view{}) {}

  // From now on packets of up to `packet_bytes_max` are taken.
  void allow(std::size_t packet_bytes_max) { packet_bytes_max_ = packet_bytes_max; }

  // Takes octets off the front of `input` until a packet is whole, and returns it with its
  // length in front: a part of `input`, or of this reader's memory, until the next call.
  // Nothing when the input is used up, or once something is wrong for good.
  std::optional<mutable_byte_view> next(mutable_byte_view& input);

  failure failed() const { return failure_; }
  // Something of a packet is here, but not all.
  bool is_inside_packet() const { return !partial_.empty() && !handed_out_; }
  std::size_t held_bytes() const { return partial_.capacity(); }

 private:
  void take_preface(mutable_byte_view& input);
  void gather(mutable_byte_view& input, std::size_t wanted);
  void forget_handed_out();
  // Length field and packet. Precondition: the length field is there.
  std::size_t whole_bytes(byte_view begun);

  byte_view preface_left_;
  std::size_t packet_bytes_max_ = stream_handshake_bytes_max;
  bytes partial_;
  bool handed_out_ = false;  // partial_ is what next() returned last
  failure failure_ = failure::none;
};

}  // namespace tern::proto
