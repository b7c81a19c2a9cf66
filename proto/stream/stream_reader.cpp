#include "proto/stream/stream_reader.hpp"

#include <algorithm>

namespace tern::proto {

namespace {
// Memory for a longer packet is given back once it was handed out.
constexpr std::size_t kept_bytes_max = 4096;
}  // namespace

std::optional<mutable_byte_view> stream_reader::next(mutable_byte_view& input) {
  forget_handed_out();
  take_preface(input);
  if (failure_ != failure::none || !preface_left_.empty()) return std::nullopt;
  if (partial_.empty() && input.size() >= stream_length_bytes) {
    const std::size_t wanted = whole_bytes(input);
    if (failure_ != failure::none) return std::nullopt;
    if (input.size() >= wanted) {
      const mutable_byte_view packet = input.first(wanted);
      input = input.subspan(wanted);
      return packet;
    }
  }
  gather(input, stream_length_bytes);
  if (partial_.size() < stream_length_bytes) return std::nullopt;
  const std::size_t wanted = whole_bytes(partial_);
  if (failure_ != failure::none) return std::nullopt;
  gather(input, wanted);
  if (partial_.size() < wanted) return std::nullopt;
  handed_out_ = true;
  return mutable_byte_view{partial_};
}

void stream_reader::take_preface(mutable_byte_view& input) {
  const std::size_t count = std::min(preface_left_.size(), input.size());
  if (!std::equal(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(count), preface_left_.begin()))
    failure_ = failure::foreign;
  preface_left_ = preface_left_.subspan(count);
  input = input.subspan(count);
}

void stream_reader::gather(mutable_byte_view& input, std::size_t wanted) {
  if (partial_.size() >= wanted) return;
  const std::size_t count = std::min(wanted - partial_.size(), input.size());
  const std::size_t size = partial_.size() + count;
  // Grows with what arrives, not with what a length promises, and never beyond the packet.
  if (size > partial_.capacity()) partial_.reserve(std::min(wanted, std::max(size, 2 * partial_.capacity())));
  partial_.insert(partial_.end(), input.begin(), input.begin() + static_cast<std::ptrdiff_t>(count));
  input = input.subspan(count);
}

void stream_reader::forget_handed_out() {
  if (!handed_out_) return;
  handed_out_ = false;
  partial_.clear();
  if (partial_.capacity() > kept_bytes_max) bytes{}.swap(partial_);
}

std::size_t stream_reader::whole_bytes(byte_view begun) {
  const std::size_t length = std::size_t{begun[0]} << 8U | begun[1];
  if (length == 0 || length > packet_bytes_max_) failure_ = failure::bad_length;
  return stream_length_bytes + length;
}

}  // namespace tern::proto
