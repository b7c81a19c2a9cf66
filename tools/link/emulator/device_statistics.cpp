#include "tools/link/emulator/device_statistics.hpp"

#include "tools/link/emulator/failure.hpp"

#include <array>
#include <fcntl.h>
#include <fmt/format.h>
#include <sstream>
#include <unistd.h>

namespace tern::link_emulator {

namespace {
// 8 of what was received, then bytes, packets and errors of what was sent.
constexpr int fields_before_drops = 11;
}  // namespace

udp::descriptor open_statistics() {
  const char* path = "/proc/self/net/dev";
  return udp::descriptor{checked(::open(path, O_RDONLY | O_CLOEXEC), path)};
}

std::uint64_t device_statistics::transmit_drops() const {
  std::array<char, 4096> text{};
  const ssize_t size = ::pread(file_.get(), text.data(), text.size(), 0);
  return size > 0 ? transmit_drops_in({text.data(), static_cast<std::size_t>(size)}, device_) : 0;
}

std::uint64_t transmit_drops_in(std::string_view text, std::string_view device) {
  const std::size_t at = text.find(fmt::format("{}:", device));
  if (at == std::string_view::npos) return 0;
  std::istringstream fields{std::string{text.substr(at + device.size() + 1)}};
  std::uint64_t value = 0;
  for (int i = 0; i <= fields_before_drops; ++i) fields >> value;
  return fields ? value : 0;
}

}  // namespace tern::link_emulator
