// A listening TCP socket for connections of proto::endpoint. Non-blocking; it knows no
// event loop. Errors are the system's (std::system_category).
#pragma once

#include "udp/stream/stream_socket.hpp"

namespace tern::udp {

struct accepted_stream {
  stream_socket socket;
  proto::address remote;
};

class stream_listener {
 public:
  // Port 0 takes a free one. An IPv6 wildcard takes IPv4 too.
  static result<stream_listener> open(const proto::address& local);

  // Takes over a socket that listens and is non-blocking already.
  static result<stream_listener> adopt(descriptor listening);

  const proto::address& local_address() const { return local_; }
  int native_handle() const { return fd_.get(); }

  // The next stream that waits; errc::operation_would_block: none does. Any other error is
  // this stream's (see is_of_one_stream()) or the system's, and the next may go well.
  result<accepted_stream> accept();

 private:
  stream_listener(descriptor fd, const proto::address& local) : fd_(std::move(fd)), local_(local) {}

  descriptor fd_;
  proto::address local_;
};

// Whether accept() failed for what happened to that stream alone, as against a system that
// has no descriptors or no memory left.
bool is_of_one_stream(std::error_code accept_error);

}  // namespace tern::udp
