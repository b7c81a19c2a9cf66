// Bytes as a retry token. First octet: bit 0 chooses between the bytes as they are and
// the bytes laid (exclusive or) over a token that is good. Only the unchanged good token
// may be accepted.
#include "proto/seal/retry_token.hpp"

#include <algorithm>
#include <cstdlib>

using namespace tern::proto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  byte_array<32> octets{};
  octets.fill(9);
  const time_point now{std::chrono::seconds{100}};
  retry_tokens tokens{now, secret<32>{octets}};
  const auto client = address::v4(192, 0, 2, 7, 4040);
  const auto good = tokens.make(now, client);
  bytes candidate(data + 1, data + size);
  if ((data[0] & 1U) != 0) {
    candidate.resize(good.size());
    for (std::size_t i = 0; i < good.size(); ++i) candidate[i] ^= good[i];
  }
  const bool is_good = std::equal(candidate.begin(), candidate.end(), good.begin(), good.end());
  if (tokens.verify(now + std::chrono::seconds{1}, client, candidate) != is_good) std::abort();
  return 0;
}
