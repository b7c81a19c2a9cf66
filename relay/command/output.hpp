// What the words print: the line of JSON that a relay answers, or the same for a person.
#pragma once

#include "relay/command/command_line.hpp"
#include "relay/control/control_client.hpp"

#include <string>
#include <string_view>

namespace tern::relay {

// The answer for people, to standard output or, where the request was refused, to standard
// error; or as it is, with --json. The exit status that goes with it.
int show(const command_arguments& given, std::string_view word, const std::string& answer);
// Nothing was answered.
int show(const command_arguments& given, std::string_view word, const control_error& error);
// Asks the relay that runs on the folder, and shows what it says.
int ask_and_show(const command_arguments& given, std::string_view word, const control_request& request);

// Of an answer to stats or verify. Each ends with a newline.
std::string stats_table(std::string_view answer);
std::string verify_text(std::string_view answer);

}  // namespace tern::relay
