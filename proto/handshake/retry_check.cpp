#include "proto/handshake/retry_check.hpp"

#include "proto/packet/writer.hpp"

#include <array>
#include <sodium.h>
#include <string_view>

namespace tern::proto {

byte_array<16> retry_check(const retry_header& retry) {
  // crypto_generichash wants a key of 16 bytes at least.
  constexpr std::string_view label{"TERN/1 retry\0\0\0\0", 16};
  std::array<std::uint8_t, retry_bytes_max> packet{};
  writer out{packet};
  append(out, retry);
  byte_array<16> check{};
  const std::size_t covered = out.size() - check.size();
  crypto_generichash(check.data(), check.size(), packet.data(), covered, as_bytes(label).data(), label.size());
  return check;
}

}  // namespace tern::proto
