// What a line asks for: something to say, or a command.
#pragma once

#include <cstdint>
#include <string_view>

namespace tern::relay {

enum class text_verb : std::uint8_t { nothing, say, nick, join, who, message, help, quit, unknown };

struct text_command {
  text_verb what = text_verb::nothing;
  std::string_view argument;  // a name or room; of an unknown command the command
  std::string_view text;      // what to say
};

// Views into `line`. `bye` alone means quit; `//text` says `/text`.
text_command parse_text_command(std::string_view line);

}  // namespace tern::relay
