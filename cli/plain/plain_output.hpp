// How text from the other end of a plain socket is shown.
#pragma once

#include "cli/output/console.hpp"
#include "cli/screen_safety/screen_safety.hpp"
#include "proto/address.hpp"
#include "udp/resolve.hpp"

#include <string_view>

namespace tern::cli {

// What is received, for standard output: the very bytes, but filtered where that is a terminal.
class received_output {
 public:
  explicit received_output(console& out) : out_(out) {}
  ~received_output() = default;
  received_output(const received_output&) = delete;
  received_output& operator=(const received_output&) = delete;

  void take(std::string_view bytes);
  // Completes the last line on a terminal.
  void finish();

 private:
  console& out_;
  screen_stream filter_;
  bool at_line_start_ = true;
};

// `listening udp 127.0.0.1:40213` on standard error, a record with --json.
void announce_listening(console& out, udp::transport transport, const proto::address& local);

}  // namespace tern::cli
