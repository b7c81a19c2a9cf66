#include "relay/text/telnet_decoder.hpp"

namespace tern::relay {

namespace {

// RFC 854, "TELNET COMMAND STRUCTURE".
constexpr std::uint8_t end_subnegotiation = 240;
constexpr std::uint8_t are_you_there = 246;
constexpr std::uint8_t subnegotiate = 250;
constexpr std::uint8_t will = 251;
constexpr std::uint8_t wont = 252;
constexpr std::uint8_t do_it = 253;
constexpr std::uint8_t dont = 254;
constexpr std::uint8_t escape = 255;  // IAC

}  // namespace

telnet_decoder::result telnet_decoder::decode(proto::byte_view input) {
  result out;
  for (const std::uint8_t octet : input) take(octet, out);
  return out;
}

void telnet_decoder::take(std::uint8_t octet, result& out) {
  switch (state_) {
    case state::text:
    case state::after_return:
      return take_text(octet, out);
    case state::command:
      return take_command(octet, out);
    case state::option:
      return take_option(octet, out);
    case state::subnegotiation:
      if (octet == escape) state_ = state::subnegotiation_command;
      return;
    case state::subnegotiation_command:
      state_ = octet == end_subnegotiation ? state::text : state::subnegotiation;
      return;
  }
}

void telnet_decoder::take_text(std::uint8_t octet, result& out) {
  const bool after_return = state_ == state::after_return;
  state_ = state::text;
  if (after_return && (octet == '\n' || octet == '\0')) {
    out.text += '\n';
    return;
  }
  if (after_return) out.text += '\r';
  if (octet == escape) {
    state_ = state::command;
  } else if (octet == '\r') {
    state_ = state::after_return;
  } else {
    out.text += static_cast<char>(octet);
  }
}

void telnet_decoder::take_command(std::uint8_t octet, result& out) {
  state_ = state::text;
  if (octet == escape) {
    out.text += static_cast<char>(octet);
  } else if (octet >= will && octet <= dont) {
    asked_ = octet;
    state_ = state::option;
  } else if (octet == subnegotiate) {
    state_ = state::subnegotiation;
  } else if (octet == are_you_there) {
    out.answers += "\r\n[yes]\r\n";
  }
}

// Nothing is ever agreed on, so WONT and DONT change nothing and get no answer.
void telnet_decoder::take_option(std::uint8_t octet, result& out) {
  state_ = state::text;
  if (asked_ != will && asked_ != do_it) return;
  out.answers += static_cast<char>(escape);
  out.answers += static_cast<char>(asked_ == will ? dont : wont);
  out.answers += static_cast<char>(octet);
}

}  // namespace tern::relay
