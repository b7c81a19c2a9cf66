// Which rooms a chat reads, and where what is typed goes. Says so once a room has been
// joined, is live and its people are known.
#pragma once

#include "cli/chat/known_people.hpp"
#include "cli/relay_chat/chat_base.hpp"

#include <map>
#include <optional>
#include <set>

namespace tern::cli {

class chat_rooms {
 public:
  using destination = proto::chat::destination;

  chat_rooms(chat_base& base, known_people& people);

  // Nowhere after leaving it, and where it may not be read.
  const std::optional<destination>& here() const { return here_; }

  // Waits until what the address names can be talked in. Throws failure.
  net::awaitable<void> enter_first();
  // Goes to another room. What is said from now on is for that one, whatever becomes of reading it.
  void enter(const destination& room);
  // Empty: the one we are in.
  void leave(const std::string& room);

  void on_live(const proto::chat::became_live& came);
  bool is_read(const destination& room) const { return joined_.contains(room); }
  // Every room that was joined has been told to be live.
  bool are_live() const { return awaited_.empty(); }

 private:
  net::awaitable<std::error_code> join(destination room);
  net::awaitable<void> follow(destination room);
  net::awaitable<void> announce(destination room);
  void forget(const destination& room);
  [[noreturn]] void throw_unreachable(std::error_code error, bool is_late) const;

  chat_base& base_;
  known_people& people_;
  std::chrono::nanoseconds timeout_;
  std::optional<std::uint32_t> backlog_;  // that was asked for
  std::optional<destination> here_;
  std::set<destination> joined_;
  std::set<destination> awaited_;                                          // of those: not live yet
  std::map<destination, std::optional<proto::log_position>> unannounced_;  // where they are live, once that was told
};

}  // namespace tern::cli
