// The fragments of one message until all are there. Memory is what arrived, not what
// was announced. Fragments may overlap, because a retransmission may be cut
// differently; the first copy of a byte counts.
#pragma once

#include "proto/bytes.hpp"

#include <cstdint>
#include <map>

namespace tern::proto {

class reassembly {
 public:
  explicit reassembly(std::uint64_t total) : total_(total) {}

  std::uint64_t total() const { return total_; }
  // Bytes held so far.
  std::uint64_t received() const { return received_; }
  bool is_complete() const { return received_ == total_; }

  // How many bytes of the fragment are new.
  std::uint64_t would_add(std::uint64_t offset, std::uint64_t size) const;
  // Precondition: offset + data.size() <= total().
  void add(std::uint64_t offset, byte_view data);
  // Precondition: is_complete(). Leaves nothing behind.
  bytes take();

 private:
  template <class Visit>
  void for_each_hole(std::uint64_t offset, std::uint64_t size, Visit visit) const;

  std::uint64_t total_;
  std::uint64_t received_ = 0;
  std::map<std::uint64_t, bytes> pieces_;  // by offset, disjoint
};

}  // namespace tern::proto
