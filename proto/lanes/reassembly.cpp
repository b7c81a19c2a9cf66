#include "proto/lanes/reassembly.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace tern::proto {

template <class Visit>
void reassembly::for_each_hole(std::uint64_t offset, std::uint64_t size, Visit visit) const {
  const std::uint64_t end = offset + size;
  auto piece = pieces_.upper_bound(offset);
  if (piece != pieces_.begin()) {
    const auto before = std::prev(piece);
    offset = std::max(offset, before->first + before->second.size());
  }
  while (offset < end) {
    const std::uint64_t hole_end = piece == pieces_.end() ? end : std::min(end, piece->first);
    if (offset < hole_end) visit(offset, hole_end - offset);
    if (piece == pieces_.end()) return;
    offset = std::max(offset, piece->first + piece->second.size());
    ++piece;
  }
}

std::uint64_t reassembly::would_add(std::uint64_t offset, std::uint64_t size) const {
  std::uint64_t fresh = 0;
  for_each_hole(offset, size, [&](std::uint64_t, std::uint64_t length) { fresh += length; });
  return fresh;
}

void reassembly::add(std::uint64_t offset, byte_view data) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> holes;
  for_each_hole(offset, data.size(),
                [&](std::uint64_t first, std::uint64_t length) { holes.emplace_back(first, length); });
  for (const auto& [first, length] : holes) {
    const byte_view part = data.subspan(first - offset, length);
    pieces_.emplace(first, bytes(part.begin(), part.end()));
    received_ += length;
  }
}

bytes reassembly::take() {
  bytes whole;
  whole.reserve(total_);
  for (const auto& [offset, piece] : pieces_) whole.insert(whole.end(), piece.begin(), piece.end());
  pieces_.clear();
  received_ = 0;
  return whole;
}

}  // namespace tern::proto
