// Operations, as either side gets them from the other: what decodes is what we would have written.
#include "proto/chat/ops.hpp"

#include <algorithm>
#include <cstdlib>

using namespace tern::proto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const byte_view message{data, size};
  if (const auto op = chat::decode_client_op(message); op && !std::ranges::equal(chat::encode(*op), message)) {
    std::abort();
  }
  if (const auto op = chat::decode_relay_op(message); op && !std::ranges::equal(chat::encode(*op), message)) {
    std::abort();
  }
  return 0;
}
