// What changes about a room and the people in it, as lines for people and as --json records.
// Pure: prints nothing.
#pragma once

#include "proto/chat/session_events.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace tern::cli {

// `den: ann banned bo for 10 min (noise)`.
std::string change_line_text(const proto::chat::destination& in, const proto::chat::changed& done);
nlohmann::ordered_json change_record(const proto::chat::destination& in, const proto::chat::changed& done);

// `den is moderated, you are its owner; topic: birds`; empty where there is nothing to say.
std::string room_state_text(const proto::chat::destination& room, const proto::chat::room_state& state);
nlohmann::ordered_json room_state_record(const proto::chat::destination& room, const proto::chat::room_state& state);

}  // namespace tern::cli
