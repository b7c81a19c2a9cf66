// Shows what comes from the relay: messages on standard output, everything else on standard
// error, all of it as records with --json. What the user said is not shown again.
#pragma once

#include "cli/chat/own_lines.hpp"
#include "cli/relay_chat/chat_rooms.hpp"
#include "cli/relay_chat/earlier_chat.hpp"
#include "cli/relay_chat/shown_places.hpp"

#include <map>
#include <string>

namespace tern::cli {

class incoming_view {
 public:
  using destination = proto::chat::destination;

  // All of these outlive it.
  incoming_view(console& out, chat_report& report, const chat_rooms& rooms, known_people& people, shown_places& places,
                earlier_chat& earlier)
      : out_(out), report_(report), rooms_(rooms), people_(people), places_(places), earlier_(earlier) {}

  // Throws failure where standard output does not take it.
  void show(const incoming& came);

  void on_said(const destination& to);
  // Its receipt, or nothing where there will be none. Shows what waited for it.
  void on_decided(const destination& to, std::optional<proto::log_position> committed_at);

  // What was said here has come back from every room that is read, so that it is not shown next time.
  bool is_settled() const;

  std::uint64_t shown() const { return shown_; }  // messages

 private:
  void on(const status_change& change);
  void on(const proto::chat::entry_received& came);
  void on(const proto::chat::gap_found& came);
  void on(const proto::chat::epoch_changed& came);
  void on(const proto::chat::became_live& came);
  void on(const proto::chat::presence_changed& came);
  void on(const proto::chat::name_given& came);
  void on(const proto::chat::name_refused& came);
  void on(const proto::chat::join_refused& came);
  void on(const proto::chat::destination_refused& came);
  void on(const proto::chat::message_delayed& came);
  void on(const proto::chat::room_changed& came);
  void on(const proto::chat::room_described& came);
  void on(const proto::chat::delivered_up_to& came);
  void on(const proto::chat::destination_bound&) {}
  void on(const earlier_messages& found) { earlier_.on(found); }
  void on(const earlier_decided& came) { earlier_.on(came); }
  void on(const keeping_failed& why);

  void tell_whether_lost(const status_change& change);
  void tell_carrier(transport carrier);
  void tell_kept(const status_change& change);
  void show_clear(const destination& from);
  void show(const proto::chat::entry_received& entry);

  console& out_;
  chat_report& report_;
  const chat_rooms& rooms_;
  known_people& people_;
  shown_places& places_;
  earlier_chat& earlier_;
  std::map<destination, own_lines> lines_;
  std::map<destination, proto::chat::room_state> states_;  // as told last
  std::string name_;
  std::uint64_t shown_ = 0;
  transport carrier_ = transport::udp;
  bool was_connected_ = false;
  bool is_lost_ = false;
};

}  // namespace tern::cli
