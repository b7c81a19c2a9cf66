// What an earlier chat of the same identity had taken and left undecided, because it was
// killed or gave up: says that it is being sent and what became of it. Nothing of it is
// dropped silently; what was never committed is shown with its words.
#pragma once

#include "cli/relay_chat/chat_base.hpp"
#include "udp/client/client_types.hpp"

namespace tern::cli {

class earlier_chat {
 public:
  explicit earlier_chat(chat_base& base) : base_(base) {}

  void on(const earlier_messages& found);
  void on(const earlier_decided& came);

 private:
  net::awaitable<void> until_decided();
  void complain(const earlier_decided& came, exit_code code, const std::string& why);

  chat_base& base_;
  std::size_t open_ = 0;
};

}  // namespace tern::cli
