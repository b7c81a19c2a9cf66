// Frames from a hostile but authenticated peer: whatever decodes, and is not PARAMS with ids of a later day, must be
// octet for octet what we would have written.
#include "proto/packet/frame_decode.hpp"
#include "proto/packet/frame_encode.hpp"

#include <algorithm>
#include <cstdlib>
#include <type_traits>

using namespace tern::proto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const byte_view payload{data, size};
  bytes again(size);
  writer out{again};
  bool has_params = false;
  bool fits = true;
  const auto write_again = [&](const auto& frame) {
    has_params |= std::is_same_v<std::decay_t<decltype(frame)>, params_frame>;
    fits &= append(out, frame);
  };
  const bool valid = decode_frames(payload, write_again).has_value();
  if (valid != validate_frames(payload).has_value()) std::abort();
  if (valid && !has_params && !(fits && std::ranges::equal(out.view(), payload))) std::abort();
  return 0;
}
