// One TCP socket that carries a connection of proto::endpoint. Non-blocking; it never waits
// and knows no event loop, readiness is asked for at native_handle(). Errors are the
// system's (std::system_category).
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "udp/descriptor.hpp"
#include "udp/result.hpp"

#include <cstddef>
#include <optional>
#include <system_error>

namespace tern::udp {

class stream_socket {
 public:
  // Begins to connect. It is decided when the socket is writable: see connect_error().
  static result<stream_socket> connect(const proto::address& to);
  // The same with a socket that is non-blocking already: one of another network namespace, say.
  static result<stream_socket> connect(descriptor made, const proto::address& to);
  // Takes over a connected socket that is non-blocking already.
  static stream_socket adopt(descriptor connected);

  int native_handle() const { return fd_.get(); }
  // What became of connecting, asked once the socket is writable; no error: it is connected.
  std::error_code connect_error();
  std::optional<proto::address> local_address() const;

  // What is there, at most `buffer`; 0: the peer has sent all that it will.
  // errc::operation_would_block: nothing yet.
  result<std::size_t> read(proto::mutable_byte_view buffer);
  // How much of it the system took. errc::operation_would_block: nothing, try again when writable.
  result<std::size_t> write(proto::byte_view octets);
  // Nothing more will be written; the peer reads an end. Reading goes on.
  void shut_down_sending();
  // Closing it from now on forgets what the peer has not taken yet, and tells it by RST.
  void make_closing_abrupt();

 private:
  explicit stream_socket(descriptor fd) : fd_(std::move(fd)) {}

  descriptor fd_;
};

}  // namespace tern::udp
