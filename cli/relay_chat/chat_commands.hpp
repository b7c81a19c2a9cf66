// Does what is typed: says it, or obeys a /command. Questions do not hold up what is typed
// next; their answers are printed when they come.
#pragma once

#include "cli/chat/chat_line.hpp"
#include "cli/relay_chat/chat_rooms.hpp"
#include "cli/relay_chat/said_messages.hpp"

#include <string>

namespace tern::cli {

class chat_commands {
 public:
  chat_commands(chat_base& base, chat_rooms& rooms, said_messages& said);

  void obey(const std::string& typed);
  bool quit_was_said() const { return quit_was_said_; }

 private:
  void on(const say_line& line);
  void on(const whisper_line& line);
  void on(const join_line& line);
  void on(const leave_line& line);
  void on(const nick_line& line);
  void on(const who_line& line);
  void on(const rooms_line& line);
  void on(const history_line& line);
  void on(const change_line& line);
  void on(const transport_line& line);
  void on(const stats_line& line);
  void on(const help_line& line);
  void on(const quit_line&) { quit_was_said_ = true; }
  void on(const empty_line&) {}
  void on(const wrong_line& line);

  // Where a question is about; nothing, and a complaint, where we are in no room.
  const proto::chat::destination* required_place();
  // Answers come in the order of the questions.
  void ask(net::awaitable<void> question);
  net::awaitable<void> ask_in_turn(std::uint64_t turn, net::awaitable<void> question);
  net::awaitable<void> list_people(proto::chat::destination in);
  net::awaitable<void> list_rooms();
  net::awaitable<void> list_history(proto::chat::destination of, std::uint32_t limit);
  net::awaitable<void> change(proto::chat::destination in, proto::chat::change wish);
  // True: it is about somebody who is there, or about nobody.
  net::awaitable<bool> find_guest(const proto::chat::destination& in, proto::chat::change& wish);
  // `refusal`: why not, where the relay said it.
  void on_unanswered(std::error_code error, const std::optional<proto::chat::failed>& refusal);

  chat_base& base_;
  chat_rooms& rooms_;
  said_messages& said_;
  exit_code cost_of_a_typo_;
  std::uint64_t asked_ = 0;
  std::uint64_t answered_ = 0;
  bool quit_was_said_ = false;
};

}  // namespace tern::cli
