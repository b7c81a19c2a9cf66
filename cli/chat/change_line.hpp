// The commands that change a room or what someone may do there: what was typed after their
// names, as the wish that the relay is asked.
#pragma once

#include "proto/chat/ops.hpp"

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tern::cli {

// The wish, or what was wrong: one line for the person who typed it. `who` is as typed where
// it starts with guest-: such a one is known by the key only.
tl::expected<proto::chat::change, std::string> parse_topic(std::string_view rest);
tl::expected<proto::chat::change, std::string> parse_room_kind(std::string_view rest);
tl::expected<proto::chat::change, std::string> parse_role(std::string_view rest);
tl::expected<proto::chat::change, std::string> parse_invite(std::string_view rest);
tl::expected<proto::chat::change, std::string> parse_kick(std::string_view rest);
tl::expected<proto::chat::change, std::string> parse_ban(std::string_view rest);
tl::expected<proto::chat::change, std::string> parse_mute(std::string_view rest);
tl::expected<proto::chat::change, std::string> parse_unban(std::string_view rest);
tl::expected<proto::chat::change, std::string> parse_unmute(std::string_view rest);

}  // namespace tern::cli
