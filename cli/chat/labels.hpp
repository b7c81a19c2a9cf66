// How people, places and times are written. Everything here is safe for a screen.
#pragma once

#include "proto/chat/destination.hpp"

#include <string>

namespace tern::cli {

// The first 8 characters of the key's base64url: enough to tell people apart, not to trust.
std::string short_key(const proto::chat::key_bytes& key);

// The name, or for guests guest-KEY.
std::string person_label(const std::string& name, const proto::chat::key_bytes& key);

// lobby, @ann, @KEY, or `inbox`.
std::string place_label(const proto::chat::destination& place);

std::string utc_text(proto::wall_time time);          // 2026-11-21T04:19:27.123Z
std::string local_clock_text(proto::wall_time time);  // 04:19:27

// A relay's reason as a part of a sentence.
std::string_view refusal_text(proto::chat::refusal reason);
// The word for --json: "rate", "disk_full".
std::string_view refusal_word(proto::chat::refusal reason);

}  // namespace tern::cli
