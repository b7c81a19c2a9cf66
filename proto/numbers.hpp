// Strong types for the numbers that must never mix. Inside they are all 64 bits
// wide; only the packet codec truncates (WIRE.md, "Packet numbers").
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>

namespace tern::proto {

template <class Tag>
struct number {
  std::uint64_t value = 0;

  constexpr auto operator<=>(const number&) const = default;
  constexpr number next() const { return number{value + 1}; }
  constexpr number plus(std::uint64_t count) const { return number{value + count}; }
  // Precondition: earlier <= *this.
  constexpr std::uint64_t since(number earlier) const { return value - earlier.value; }
};

using packet_number = number<struct packet_number_tag>;    // one per packet, per direction, never reused
using message_number = number<struct message_number_tag>;  // one per message, per lane and direction
using log_position = number<struct log_position_tag>;      // place in a room's log, first message is 1
using ping_id = number<struct ping_id_tag>;  // what travels in PING and PONG, big-endian

// Chosen at random by the receiver of the packets that carry it.
struct connection_id {
  std::array<std::uint8_t, 8> octets{};
  constexpr auto operator<=>(const connection_id&) const = default;
  // The octets as one integer: for tables (through a keyed hash), not for ordering.
  std::uint64_t packed() const {
    std::uint64_t value = 0;
    std::memcpy(&value, octets.data(), octets.size());
    return value;
  }
};

}  // namespace tern::proto

template <class Tag>
struct std::hash<tern::proto::number<Tag>> {
  std::size_t operator()(tern::proto::number<Tag> number) const noexcept {
    return std::hash<std::uint64_t>{}(number.value);
  }
};
