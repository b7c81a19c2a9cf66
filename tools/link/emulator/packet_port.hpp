// One end of the link as the emulator sees it: what the network stack there sends comes
// out of read(), what is written arrives at the stack.
#pragma once

#include "proto/bytes.hpp"

#include <cstdint>
#include <optional>

namespace tern::link_emulator {

class packet_port {
 public:
  packet_port() = default;
  packet_port(const packet_port&) = delete;
  packet_port& operator=(const packet_port&) = delete;
  virtual ~packet_port() = default;

  // Becomes readable when read() has something. Stays the port's.
  virtual int descriptor() const = 0;
  // The next whole IP packet; nothing when there is none now. Valid until the next call.
  virtual std::optional<proto::byte_view> read() = 0;
  // False when the stack did not take it.
  virtual bool write(proto::byte_view packet) = 0;
  // Packets that the stack sent and that were gone before read() came to them.
  virtual std::uint64_t missed() = 0;
};

}  // namespace tern::link_emulator
