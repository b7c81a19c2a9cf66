// proto::address as the operating system wants it, and back.
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"

#include <netinet/in.h>
#include <string>
#include <sys/socket.h>

namespace tern::udp {

// The family a socket was opened with. An IPv6 socket reaches IPv4 as ::ffff:a.b.c.d.
enum class socket_family : std::uint8_t { v4, v6 };

class socket_address {
 public:
  socket_address() = default;  // empty, to be filled by the system through data() and size_pointer()
  // Precondition: address.is_v4() where the family is v4.
  socket_address(const proto::address& address, socket_family family);

  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage_); }
  socklen_t size() const { return size_; }
  socklen_t* size_pointer() { return &size_; }

  // All zero where it is neither IPv4 nor IPv6.
  proto::address to_address() const;

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = sizeof storage_;
};

proto::address to_address(const sockaddr* from);

// Wildcard addresses with a port: 0.0.0.0 and ::.
proto::address any_v4(std::uint16_t port);
proto::address any_v6(std::uint16_t port);

}  // namespace tern::udp
