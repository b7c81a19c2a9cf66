// What stream_set keeps of one stream.
#pragma once

#include "proto/bytes.hpp"
#include "proto/time.hpp"
#include "udp/readiness.hpp"
#include "udp/stream/stream_socket.hpp"

#include <optional>
#include <utility>

namespace tern::udp {

struct driven_stream {
  enum class phase : std::uint8_t {
    connecting,
    open,
    leaving,  // nothing more is asked of the endpoint; what comes is dropped
  };

  driven_stream(const net::any_io_executor& executor, stream_socket taken, const proto::address& peer, bool is_ours)
      : socket(std::move(taken)),
        ready(executor, socket.native_handle()),
        remote(peer),
        opened_by_us(is_ours),
        now_in(is_ours ? phase::connecting : phase::open) {}

  stream_socket socket;
  readiness ready;
  proto::address remote;
  bool opened_by_us;
  phase now_in;
  proto::bytes unwritten;      // what the socket did not take of the last that the endpoint gave
  bool is_to_be_read = false;  // stands in the list of those; else a wait for that is under way
  bool is_to_be_written = false;
  bool waits_writable = false;
  bool has_ended = false;      // the peer has sent all that it will
  bool takes_nothing = false;  // writing has failed; reading will tell how it ended
};

}  // namespace tern::udp
