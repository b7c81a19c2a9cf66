// Where the message of `send` comes from: words, standard input or a file.
#pragma once

#include "cli/command/command.hpp"

#include <string>

namespace tern::cli {

struct message_rules {
  std::size_t bytes_max;            // a longer one is refused before anything is sent
  std::string_view too_big;         // why, for the message
  bool keep_final_newline = false;  // of standard input and --file; udp:// and tcp:// keep it
};

// Words joined by spaces; without words, or with the single word `-`, all of standard input. Throws failure.
std::string read_message(const context& call, const message_rules& rules);

// Whether read_message would read standard input.
bool reads_standard_input(const arguments& args);

// For commands that read standard input on their own. Throws failure (usage) where it is a terminal and nobody
// asked for that with `-`.
void refuse_silent_terminal(const arguments& args);

}  // namespace tern::cli
