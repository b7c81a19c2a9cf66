#include "tools/link/emulator/tun_device.hpp"

#include "tools/link/emulator/failure.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace tern::link_emulator {

namespace {
constexpr const char* control_device = "/dev/net/tun";
constexpr std::size_t packet_bytes_max = 65535;

udp::descriptor open_control() { return udp::descriptor{::open(control_device, O_RDWR | O_NONBLOCK | O_CLOEXEC)}; }
}  // namespace

udp::descriptor open_tun(const std::string& device) {
  udp::descriptor control = open_control();
  checked(control.get(), control_device);
  ifreq request{};
  device.copy(static_cast<char*>(request.ifr_name), IFNAMSIZ - 1);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  checked(::ioctl(control.get(), TUNSETIFF, &request), "cannot make a TUN device");
  return control;
}

int tun_obstacle() { return open_control().is_open() ? 0 : errno; }

tun_port::tun_port(udp::descriptor device, device_statistics statistics)
    : device_{std::move(device)}, statistics_{std::move(statistics)}, buffer_(packet_bytes_max) {}

std::optional<proto::byte_view> tun_port::read() {
  const ssize_t size = ::read(device_.get(), buffer_.data(), buffer_.size());
  if (size <= 0) return std::nullopt;
  return proto::byte_view{buffer_}.first(static_cast<std::size_t>(size));
}

bool tun_port::write(proto::byte_view packet) {
  return ::write(device_.get(), packet.data(), packet.size()) == static_cast<ssize_t>(packet.size());
}

}  // namespace tern::link_emulator
