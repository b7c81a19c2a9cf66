// Lane 0 of a client: its name, and the list of rooms.
#pragma once

#include "proto/chat/name_claim.hpp"
#include "proto/chat/request_list.hpp"

namespace tern::proto::chat {

class control_conversation {
 public:
  name_claim& name() { return name_; }
  const name_claim& name() const { return name_; }
  request_list& requests() { return requests_; }
  const request_list& requests() const { return requests_; }

  std::optional<client_op> poll_send() {
    if (name_.has_unsent()) return name_.take_unsent();
    if (requests_.has_unsent()) return requests_.take_unsent();
    return std::nullopt;
  }
  void on_connection_lost() {
    name_.on_connection_lost();
    requests_.on_connection_lost();
  }

  // False: against the protocol.
  [[nodiscard]] bool on_op(relay_op op, session_events& events) {
    if (const auto* told = std::get_if<named>(&op)) return name_.on_named(*told, events);
    if (const auto* told = std::get_if<failed>(&op)) {
      return told->request == 0 ? name_.on_failed(*told, events) : (requests_.on_failed(*told, events), true);
    }
    if (auto* told = std::get_if<room_info>(&op)) return requests_.on_room(std::move(*told)), true;
    if (const auto* told = std::get_if<list_end>(&op)) return requests_.on_rooms_end(*told, events), true;
    return false;
  }

 private:
  name_claim name_;
  request_list requests_;
};

}  // namespace tern::proto::chat
