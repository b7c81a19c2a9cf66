// How the gateway writes things for a person with a plain terminal. Everything that others chose passes the screen
// filter. Lines end with CR LF, as telnet wants (RFC 854, "THE NVT PRINTER AND KEYBOARD"); no 0xff ever comes out, so
// nothing has to be escaped for telnet.
#pragma once

#include "proto/chat/ops.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tern::relay {

// `* text`: from the relay itself. `text` may be anyone's: it stays on one line.
std::string notice_line(std::string_view text);
// `[name] text`; further lines of the text have a gutter. Above text_shown_bytes_max the rest is left out.
std::string entry_lines(const proto::chat::entry& said);
// Empty for who was there before us.
std::string presence_line(const proto::chat::presence& change);
// Empty for what concerns nobody here.
std::string change_line(const proto::chat::changed& change);
// `title` and the names, on as many lines as they need.
std::string list_lines(std::string title, const std::vector<std::string>& names);
std::string help_lines();

}  // namespace tern::relay
