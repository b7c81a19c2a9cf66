// Appends integers and byte strings to a buffer that it does not own. Overflow sticks: what does not fit is not
// written, nor is anything after it, and overflowed() stays true.
#pragma once

#include "proto/bytes.hpp"

#include <algorithm>

namespace tern::proto {

class writer {
 public:
  explicit writer(mutable_byte_view output) : output_(output) {}

  bool overflowed() const { return overflowed_; }
  std::size_t size() const { return size_; }
  std::size_t remaining() const { return overflowed_ ? 0 : output_.size() - size_; }
  byte_view view() const { return output_.first(size_); }

  void u8(std::uint8_t value) { fixed(value, 1); }
  void u16(std::uint16_t value) { fixed(value, 2); }
  void u32(std::uint32_t value) { fixed(value, 4); }
  void u64(std::uint64_t value) { fixed(value, 8); }
  // Precondition: value <= varint_max.
  void varint(std::uint64_t value);
  void put(byte_view octets) {
    const mutable_byte_view place = reserve(octets.size());
    std::copy_n(octets.begin(), place.size(), place.begin());
  }
  void put_prefixed(byte_view octets) {
    varint(octets.size());
    put(octets);
  }
  void zeros(std::size_t count) { std::ranges::fill(reserve(count), std::uint8_t{0}); }

  // The next `count` octets, to be filled by the caller; empty where they do not fit.
  mutable_byte_view reserve(std::size_t count) {
    if (count > remaining()) {
      overflowed_ = true;
      return {};
    }
    size_ += count;
    return output_.subspan(size_ - count, count);
  }

  // How many frames are in the packet so far; the frame codec keeps the bound on them (frame.hpp).
  std::size_t frames() const { return frames_; }
  void count_frame() { ++frames_; }

 private:
  void fixed(std::uint64_t value, std::size_t octets) {
    for (std::uint8_t& octet : reserve(octets)) octet = static_cast<std::uint8_t>(value >> (8 * --octets));
  }

  mutable_byte_view output_;
  std::size_t size_ = 0;
  std::size_t frames_ = 0;
  bool overflowed_ = false;
};

}  // namespace tern::proto
