// Octets that the peer wants back, until there is a packet for them. A peer that asks
// faster than we can answer gets its newest questions answered.
#pragma once

#include "proto/bytes.hpp"

#include <cstddef>
#include <deque>

namespace tern::proto {

class echo_list {
 public:
  static constexpr std::size_t due_max = 4;

  void add(const byte_array<8>& data) {
    if (due_.size() == due_max) due_.pop_front();
    due_.push_back(data);
  }
  bool empty() const { return due_.empty(); }
  const byte_array<8>& front() const { return due_.front(); }
  void pop() { due_.pop_front(); }

 private:
  std::deque<byte_array<8>> due_;
};

}  // namespace tern::proto
