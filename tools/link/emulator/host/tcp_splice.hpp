// Two connected TCP sockets as one connection: octets, ends and resets of each go on to
// the other. What one side does not take yet is held back on the other, not piled up.
#pragma once

#include "proto/bytes.hpp"
#include "tools/link/emulator/event_loop.hpp"
#include "udp/descriptor.hpp"

#include <cstdint>
#include <functional>

namespace tern::link_emulator {

class tcp_splice {
 public:
  // on_end is called once, from the loop, when both directions have ended; it may destroy
  // the splice. loop must outlive it.
  tcp_splice(event_loop& loop, udp::descriptor far, udp::descriptor host, std::function<void()> on_end);
  ~tcp_splice();
  tcp_splice(const tcp_splice&) = delete;
  tcp_splice& operator=(const tcp_splice&) = delete;

 private:
  // What goes one way: read from `from`, not yet written to `to`.
  struct half {
    int from;
    int to;
    proto::bytes held;
    std::size_t written = 0;  // of held
    bool is_at_end = false;   // nothing more comes
    bool is_shut = false;     // and `to` was told
  };
  void on_events();
  // False: the connection was reset.
  bool move(half& way);
  bool read(half& way);
  bool write(half& way);
  void watch_what_is_wanted();
  void watch(int descriptor, std::uint32_t& watched, std::uint32_t wanted);
  void reset();
  void end();

  event_loop& loop_;
  udp::descriptor far_;
  udp::descriptor host_;
  half out_;  // far to host
  half in_;   // host to far
  std::function<void()> on_end_;
  std::uint32_t far_watched_ = 0;
  std::uint32_t host_watched_ = 0;
};

}  // namespace tern::link_emulator
