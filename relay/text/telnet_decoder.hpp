// What a telnet client sends beside text (RFC 854): taken out, and answered where an answer is due. Every option is
// refused (RFC 1143: who refuses never loops), so the other side stays in its plainest mode. What nc sends passes
// unchanged, but for the line ends: CR LF and CR NUL become LF.
#pragma once

#include "proto/bytes.hpp"

#include <cstdint>
#include <string>

namespace tern::relay {

class telnet_decoder {
 public:
  struct result {
    std::string text;
    std::string answers;  // for the wire, at most 9 octets for each 2 that came
  };
  // Bytes in whatever pieces they come.
  result decode(proto::byte_view input);

 private:
  enum class state : std::uint8_t { text, after_return, command, option, subnegotiation, subnegotiation_command };

  void take(std::uint8_t octet, result& out);
  void take_text(std::uint8_t octet, result& out);
  void take_command(std::uint8_t octet, result& out);
  void take_option(std::uint8_t octet, result& out);

  state state_ = state::text;
  std::uint8_t asked_ = 0;  // WILL, WONT, DO or DONT, in state::option
};

}  // namespace tern::relay
