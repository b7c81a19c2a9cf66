// What comes from a room, as lines for people and as --json records. Pure: prints nothing.
#pragma once

#include "proto/chat/session_events.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace tern::cli {

// `[ann] hello`, with a gutter before continued lines. `here` is the room whose name goes without saying.
std::string message_line(const proto::chat::destination& from, const proto::chat::entry& message,
                         const proto::chat::destination& here);
// `#42 04:19:27 [ann] hello`.
std::string log_line(const proto::chat::entry& message);
nlohmann::ordered_json message_record(const proto::chat::destination& from, const proto::chat::entry& message);

// `* ann joined`; empty for what need not be said.
std::string presence_line(const proto::chat::presence& change);
nlohmann::ordered_json presence_record(const proto::chat::destination& in, const proto::chat::presence& change);

// `joined lobby at #41; here: bo, cy`. `others`: without oneself.
std::string joined_line(const proto::chat::destination& in, proto::log_position position,
                        const std::vector<proto::chat::person>& others);
nlohmann::ordered_json joined_record(const proto::chat::destination& in, proto::log_position position,
                                     const std::vector<proto::chat::person>& others);

std::string gap_line(const proto::chat::destination& in, const proto::chat::gap& missing);
nlohmann::ordered_json gap_record(const proto::chat::destination& in, const proto::chat::gap& missing);

// `committed lobby #42 in 25.3 ms`; `relayed` where nothing is kept.
std::string receipt_line(const proto::chat::destination& to, proto::log_position position, proto::duration latency,
                         bool duplicate, bool is_kept = true);

// "the relay refused it: too many messages in a short time (its own words)".
std::string refusal_line(proto::chat::refusal reason, const std::string& relays_words);

}  // namespace tern::cli
