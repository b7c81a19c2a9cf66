// What a network namespace's /proc/net/dev (proc(5)) says of a device. The open file belongs
// to the namespace, whoever reads it.
#pragma once

#include "udp/descriptor.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tern::link_emulator {

// Of the namespace in which the caller is now. Throws failure.
udp::descriptor open_statistics();

class device_statistics {
 public:
  device_statistics(udp::descriptor file, std::string device) : file_{std::move(file)}, device_{std::move(device)} {}

  // Packets dropped on their way out; 0 when there is no such device any more.
  std::uint64_t transmit_drops() const;

 private:
  udp::descriptor file_;
  std::string device_;
};

// The same from the file's text.
std::uint64_t transmit_drops_in(std::string_view text, std::string_view device);

}  // namespace tern::link_emulator
