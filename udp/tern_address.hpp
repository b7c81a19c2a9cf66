// Where to send or listen, as people write it:
//   tern://HOST[:PORT][/ROOM | /@NAME][#RELAYKEY]    HOST[:PORT] alone means tern://
//   udp://HOST:PORT    tcp://HOST:PORT               plain text
// IPv6 addresses go in brackets. PORT is a number or a service name. To listen, the host
// may be left out: udp://:7000, :7000, 7000.
#pragma once

#include "proto/seal/keys.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tern {

enum class address_scheme : std::uint8_t { tern, udp, tcp };
enum class address_role : std::uint8_t { connect, listen };

struct tern_address {
  static constexpr std::uint16_t default_port = 7777;
  static constexpr std::string_view default_room = "lobby";

  address_scheme scheme = address_scheme::tern;
  std::string host;                // lower case, without brackets; empty only to listen
  std::string service = "7777";    // port number, or service name in lower case
  std::string room{default_room};  // folded; empty where there is a person instead
  std::string person;              // folded, without '@'; empty where there is a room
  std::optional<proto::public_key> relay_key;

  // The error is one line for people: what is wrong with the text, and what to write.
  static tl::expected<tern_address, std::string> parse(std::string_view text,
                                                       address_role role = address_role::connect);

  // The shortest text that parses to the same address.
  std::string to_string() const;
  // Host and port, always both, with brackets where they belong: relay.example:7777.
  std::string authority() const;

  bool operator==(const tern_address&) const = default;
};

}  // namespace tern
