#include "proto/seal/daily_token.hpp"

#include "proto/packet/reader.hpp"
#include "proto/packet/writer.hpp"
#include "proto/seal/derived_key.hpp"

#include <algorithm>
#include <sodium.h>

namespace tern::proto {

namespace {
constexpr std::uint8_t token_version = 2;  // 1 are those of a RETRY
constexpr std::size_t signed_size = 1 + 4;
constexpr std::uint32_t minutes_a_day = 24 * 60;
}  // namespace

daily_tokens::daily_tokens(const secret<32>& stored, duration wall_ahead)
    : base_(derive_key(stored, "TERN/1 daily token")), wall_ahead_(wall_ahead) {}

std::uint32_t daily_tokens::minute_of(time_point when) const {
  const auto since_1970 = std::chrono::floor<std::chrono::minutes>(when.time_since_epoch() + wall_ahead_);
  return static_cast<std::uint32_t>(since_1970.count());
}

daily_tokens::mac daily_tokens::mac_of(std::uint32_t minute, byte_view signed_part, const address& client) const {
  byte_array<4> day{};
  writer name{day};
  name.u32(minute / minutes_a_day);
  const secret<32> key = derive_key(base_, "day", day);
  byte_array<signed_size + 16> message{};
  std::copy(signed_part.begin(), signed_part.end(), message.begin());
  std::copy(client.ip.begin(), client.ip.end(), message.begin() + signed_size);
  mac made{};
  crypto_generichash(made.data(), made.size(), message.data(), message.size(), key.data(), secret<32>::size);
  return made;
}

daily_tokens::token daily_tokens::make(time_point now, const address& client) const {
  token made{};
  writer out{made};
  const std::uint32_t minute = minute_of(now);
  out.u8(token_version);
  out.u32(minute);
  out.put(mac_of(minute, out.view(), client));
  return made;
}

bool daily_tokens::verify(time_point now, const address& client, byte_view candidate) const {
  if (candidate.size() != token_size || candidate[0] != token_version) return false;
  reader in{candidate.subspan(1)};
  const std::uint32_t minute = in.u32();
  // As a difference of unsigned numbers, a token from the future is far too old.
  constexpr std::uint32_t life_minutes = std::chrono::minutes{token_life}.count();
  if (minute_of(now) - minute > life_minutes) return false;
  return equal_in_constant_time(mac_of(minute, candidate.first(signed_size), client), in.rest());
}

}  // namespace tern::proto
