#include "relay/hub/early.hpp"

#include "proto/chat/ops.hpp"
#include "relay/hub/limits.hpp"

#include <set>
#include <variant>

namespace tern::relay {

namespace {

namespace chat = proto::chat;

bool is_near(proto::wall_time client, proto::wall_time now) {
  const auto distance = client < now ? now - client : client - now;
  return distance <= early_time_window;
}

}  // namespace

bool may_take_early(std::span<const early_message> messages, proto::wall_time now) {
  std::set<proto::lane_id> bound;
  for (const auto& [lane, message] : messages) {
    const auto op = chat::decode_client_op(message);
    if (!op) return false;
    if (const auto* bind = std::get_if<chat::bind>(&*op)) {
      if (bind->kind == chat::destination_kind::own_inbox || !is_near(bind->client_time, now)) return false;
      bound.insert(lane);
    } else if (!std::holds_alternative<chat::say>(*op) || !bound.contains(lane)) {
      return false;
    }
  }
  return true;
}

}  // namespace tern::relay
