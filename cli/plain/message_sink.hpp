// Shows what `listen` receives, one message after the other, and counts it. Knows no sockets.
#pragma once

#include "cli/command/command.hpp"
#include "proto/address.hpp"
#include "udp/resolve.hpp"

#include <exception>
#include <optional>

namespace tern::cli {

class message_sink {
 public:
  // Reads --count and --raw. Throws failure (usage).
  message_sink(context& call, udp::transport transport);

  // Keeps what goes wrong on standard output for rethrow(): this is called from within a server.
  void take(const proto::address& from, std::string_view text);

  std::uint64_t count() const { return count_; }
  std::optional<std::uint64_t> count_max() const { return count_max_; }
  bool has_failed() const { return problem_ != nullptr; }
  bool is_done() const { return problem_ || (count_max_ && count_ >= *count_max_); }
  void rethrow() const;

 private:
  void show(const proto::address& from, std::string_view text);

  context& call_;
  udp::transport transport_;
  std::optional<std::uint64_t> count_max_;
  bool raw_;
  std::uint64_t count_ = 0;
  std::exception_ptr problem_;
};

}  // namespace tern::cli
