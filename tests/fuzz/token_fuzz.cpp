// Bytes as a token of a RETRY, or with bit 1 of the first octet as one of an earlier
// connection. Bit 0 chooses between the bytes as they are and the bytes laid (exclusive or)
// over a token that is good. Only the unchanged good token may be accepted.
#include "proto/seal/daily_token.hpp"
#include "proto/seal/retry_token.hpp"

#include <algorithm>
#include <cstdlib>

using namespace tern::proto;

namespace {
void check(const auto& tokens, std::uint8_t choice, byte_view rest) {
  const time_point now{std::chrono::seconds{100}};
  const auto client = address::v4(192, 0, 2, 7, 4040);
  const auto good = tokens.make(now, client);
  bytes candidate(rest.begin(), rest.end());
  if ((choice & 1U) != 0) {
    candidate.resize(good.size());
    for (std::size_t i = 0; i < good.size(); ++i) candidate[i] ^= good[i];
  }
  const bool is_good = std::equal(candidate.begin(), candidate.end(), good.begin(), good.end());
  if (tokens.verify(now + std::chrono::seconds{1}, client, candidate) != is_good) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  byte_array<32> octets{};
  octets.fill(9);
  const byte_view rest{data + 1, size - 1};
  if ((data[0] & 2U) != 0) {
    check(daily_tokens{secret<32>{octets}, std::chrono::hours{24 * 365}}, data[0], rest);
  } else {
    check(retry_tokens{time_point{std::chrono::seconds{100}}, secret<32>{octets}}, data[0], rest);
  }
  return 0;
}
