// Takes integers and byte strings off the front of a buffer. Failure sticks: after the first read that does not
// fit, every read gives zeros or empty views and failed() stays true, so a decoder checks once, at its end.
// Views point into the buffer that was given; the reader neither copies nor owns.
#pragma once

#include "proto/bytes.hpp"

#include <algorithm>

namespace tern::proto {

class reader {
 public:
  explicit reader(byte_view input) : input_(input) {}

  bool failed() const { return failed_; }
  std::size_t remaining() const { return input_.size(); }
  // What is left, without taking it.
  byte_view ahead() const { return input_; }
  bool at_end() const { return input_.empty(); }
  // All was read and all of it fitted.
  bool complete() const { return !failed_ && at_end(); }
  // A value was read that its field does not allow: from here on as if the buffer had ended.
  void fail() {
    failed_ = true;
    input_ = {};
  }

  std::uint8_t u8() { return static_cast<std::uint8_t>(fixed(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(fixed(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(fixed(4)); }
  std::uint64_t u64() { return fixed(8); }
  // Fails on an encoding that is not the shortest.
  std::uint64_t varint();
  // A varint that must not be above `maximum`.
  std::uint64_t varint_up_to(std::uint64_t maximum);

  byte_view take(std::size_t count) {
    if (count > input_.size()) {
      fail();
      return {};
    }
    const byte_view taken = input_.first(count);
    input_ = input_.subspan(count);
    return taken;
  }
  template <std::size_t Size>
  byte_array<Size> take_array() {
    byte_array<Size> out{};
    const byte_view taken = take(Size);
    std::copy(taken.begin(), taken.end(), out.begin());
    return out;
  }
  // A varint length of at most `bytes_max`, then as many octets.
  byte_view take_prefixed(std::size_t bytes_max) { return take(static_cast<std::size_t>(varint_up_to(bytes_max))); }
  byte_view rest() { return take(input_.size()); }

 private:
  std::uint64_t fixed(std::size_t octets) {
    std::uint64_t value = 0;
    for (const std::uint8_t octet : take(octets)) value = value << 8U | octet;
    return value;
  }

  byte_view input_;
  bool failed_ = false;
};

}  // namespace tern::proto
