#include "proto/seal/retry_token.hpp"

#include <algorithm>
#include <array>
#include <sodium.h>
#include <utility>

namespace tern::proto {

namespace {

constexpr std::uint8_t token_version = 1;
constexpr std::size_t signed_size = 1 + 8;  // version and time of issue
constexpr std::size_t mac_size = 16;

std::uint64_t milliseconds_of(time_point when) {
  const auto since_origin = std::chrono::floor<std::chrono::milliseconds>(when.time_since_epoch());
  return static_cast<std::uint64_t>(since_origin.count());
}

template <class Integer>
void put_big_endian(mutable_byte_view out, Integer value) {
  for (std::size_t i = out.size(); i-- > 0; value = static_cast<Integer>(value >> 8U)) {
    out[i] = static_cast<std::uint8_t>(value & 0xffU);
  }
}

std::uint64_t get_u64(byte_view in) {
  std::uint64_t value = 0;
  for (const std::uint8_t octet : in.first(8)) value = value << 8U | octet;
  return value;
}

// BLAKE2b with a key. The scope id is left out: it says something about this machine.
byte_array<mac_size> mac_of(const secret<32>& key, byte_view signed_part, const address& client) {
  byte_array<signed_size + 16 + 2> message{};
  std::copy_n(signed_part.begin(), signed_size, message.begin());
  std::copy(client.ip.begin(), client.ip.end(), message.begin() + signed_size);
  put_big_endian(mutable_byte_view{message}.last(2), client.port);
  byte_array<mac_size> mac{};
  crypto_generichash(mac.data(), mac.size(), message.data(), message.size(), key.data(), secret<32>::size);
  return mac;
}

}  // namespace

retry_tokens::retry_tokens(time_point now, secret<32> first) : secret_since_(now), current_(std::move(first)) {}

void retry_tokens::rotate(time_point now, secret<32> fresh) {
  // A secret that was replaced long ago is of no use to anyone: its tokens have expired.
  previous_ = std::move(current_);
  has_previous_ = true;
  current_ = std::move(fresh);
  secret_since_ = now;
}

retry_tokens::token retry_tokens::make(time_point now, const address& client) const {
  token made{};
  const mutable_byte_view view{made};
  made[0] = token_version;
  put_big_endian(view.subspan(1, 8), milliseconds_of(now));
  const auto mac = mac_of(current_, view.first(signed_size), client);
  std::copy(mac.begin(), mac.end(), view.subspan(signed_size).begin());
  return made;
}

bool retry_tokens::verify(time_point now, const address& client, byte_view candidate) const {
  if (candidate.size() != token_size || candidate[0] != token_version) return false;
  // As a difference of unsigned numbers, a token from the future is far too old.
  const std::uint64_t age_ms = milliseconds_of(now) - get_u64(candidate.subspan(1));
  constexpr auto life_ms = std::chrono::duration_cast<std::chrono::milliseconds>(token_life).count();
  if (age_ms > static_cast<std::uint64_t>(life_ms)) return false;
  const byte_view signed_part = candidate.first(signed_size);
  const byte_view mac = candidate.subspan(signed_size);
  if (equal_in_constant_time(mac_of(current_, signed_part, client), mac)) return true;
  return has_previous_ && equal_in_constant_time(mac_of(previous_, signed_part, client), mac);
}

}  // namespace tern::proto
