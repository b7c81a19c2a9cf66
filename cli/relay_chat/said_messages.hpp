// What the user said, until it is committed or refused. One task for each message; their
// number and size are bounded, so that a long input waits in its file and not here.
#pragma once

#include "cli/relay_chat/chat_base.hpp"
#include "cli/relay_chat/incoming_view.hpp"
#include "udp/plain/line_input.hpp"

#include <string>

namespace tern::cli {

class said_messages {
 public:
  // What a line may have, with one more for a carriage return.
  static constexpr udp::line_limit line_limit{proto::chat::body_bytes_max + 1, true};

  said_messages(chat_base& base, incoming_view& view) : base_(base), view_(view) {}

  // What is no message is complained about.
  void say(const proto::chat::destination& to, std::string text);
  void refuse_long_line();
  // Nothing more should be said before some of it is decided.
  bool is_full() const;

  // Waits for everything that was said so far.
  net::awaitable<void> until_decided();

  std::uint64_t committed() const { return committed_; }
  std::uint64_t relayed() const { return relayed_; }  // in live rooms
  // Left, and given up here: of some nobody will ever know, others are kept for the next chat.
  std::uint64_t unconfirmed() const { return unconfirmed_; }
  std::uint64_t kept() const { return kept_; }

 private:
  net::awaitable<void> deliver(proto::chat::destination to, std::string text);
  // From here on it is sent and committed even if this process is killed, by the next chat.
  void on_kept(const proto::chat::destination& to, const std::string& text);
  void on_committed(const receipt& got);
  void on_failed(std::error_code error, const receipt& got, bool is_kept);

  chat_base& base_;
  incoming_view& view_;
  std::uint64_t said_ = 0;
  std::uint64_t decided_ = 0;
  std::size_t bytes_in_flight_ = 0;
  std::uint64_t committed_ = 0;
  std::uint64_t relayed_ = 0;
  std::uint64_t unconfirmed_ = 0;
  std::uint64_t kept_ = 0;
};

}  // namespace tern::cli
