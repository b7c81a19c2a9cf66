// What a person typed into a chat: a message, or a command that starts with `/`. `//` at
// the start is a message that starts with `/`. What is no known command is an error and
// never a message.
#pragma once

#include "proto/chat/ops.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tern::cli {

struct say_line {
  std::string text;
};
struct join_line {
  std::string room;
};
struct leave_line {
  std::string room;  // empty: the current one
};
struct whisper_line {
  std::string person;
  std::string text;
};
struct nick_line {
  std::string name;
};
struct who_line {};
struct rooms_line {};
struct history_line {
  std::uint32_t limit = 20;
};
struct change_line {
  proto::chat::change wish;  // as parsed by change_line.hpp
};
struct transport_line {
  std::string wanted;  // auto, udp, tcp, or empty: only asks
};
struct stats_line {};
struct help_line {};
struct quit_line {};
struct empty_line {};
struct wrong_line {
  std::string complaint;  // one line for the person who typed it
};

using chat_line =
    std::variant<say_line, join_line, leave_line, whisper_line, nick_line, who_line, rooms_line, history_line,
                 change_line, transport_line, stats_line, help_line, quit_line, empty_line, wrong_line>;

chat_line parse_chat_line(std::string_view line);

// The commands, for /help.
std::string chat_help_text();

}  // namespace tern::cli
