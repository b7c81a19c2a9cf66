// One visitor of the text gateway, as a state machine: bytes of the visitor and messages of the hub in, bytes and
// messages out. It speaks to the hub as any other client does, by the chat session of proto/. Knows no socket, no
// clock and no other visitor.
//
// Who drives it calls one on_*() for each thing that happens, drains poll_send(), writes take_output(), and calls
// on_timeout() at next_deadline(). `now` never goes backwards.
#pragma once

#include "proto/chat/session.hpp"
#include "relay/text/command.hpp"
#include "relay/text/limits.hpp"
#include "relay/text/line_reader.hpp"
#include "relay/text/telnet_decoder.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tern::relay {

struct text_visitor {
  proto::chat::key_bytes key{};  // as the hub knows them
  std::string name;              // as the hub calls them
  std::string address;           // where from
};

class text_session {
 public:
  // `entropy` outlives the session; `counters` too.
  text_session(const text_visitor& who, const text_limits& limits, text_counters& counters, proto::entropy& entropy);

  // Welcomes them and joins `room`.
  void start(const std::string& room, proto::time_point now, proto::wall_time wall);

  // From the visitor.
  void on_bytes(proto::byte_view input, proto::time_point now);
  // Nothing more comes from them: what they sent is still said, then it is done.
  void on_end(proto::time_point now);
  // Whether to read further bytes.
  bool takes_input() const { return !ended_ && !is_done() && !lines_.has_line() && has_output_space(); }

  // From the hub. Messages that come while it takes none belong back to the hub.
  void on_message(proto::lane_id lane, proto::byte_view message, proto::time_point now);
  bool takes_messages() const { return has_output_space(); }
  // The hub or the relay ends it, and says why.
  void on_dismissed(std::string_view reason);

  void on_timeout(proto::time_point now);
  std::optional<proto::time_point> next_deadline() const;

  // The next message for the hub.
  std::optional<proto::chat::session_send> poll_send(proto::time_point now) { return talk_.poll_send(now); }
  void put_back(proto::chat::session_send unsent) { talk_.put_back(std::move(unsent)); }

  // What is to be written, all of it; what was taken before has been written. Afterwards there may be space for more.
  std::string take_output(proto::time_point now);
  // Close the connection once everything is written.
  bool is_done() const { return is_done_; }

 private:
  // Lines wait while this is open, so that what follows a command happens behind it.
  enum class question : std::uint8_t { none, name, room, people };

  bool has_output_space() const { return output_.size() < text_output_bytes_max; }
  bool may_go_on() const;
  void work(proto::time_point now);
  void finish_if_drained();
  void on_line(const text_line& line, proto::time_point now);
  void say(std::string_view text, proto::time_point now);
  void tell(std::string_view name, std::string_view text, proto::time_point now);
  void submit(const proto::chat::destination& to, std::string_view text, proto::time_point now);
  void ask_name(std::string_view name);
  void ask_room(std::string_view room);
  void ask_people();
  void notice(std::string_view text);
  void refuse_line(std::string_view why);

  void drain_events();
  void on(const proto::chat::message_committed& event);
  void on(const proto::chat::message_refused& event);
  void on(const proto::chat::message_expired& event);
  void on(const proto::chat::message_delayed& event);
  void on(const proto::chat::destination_refused& event);
  void on(const proto::chat::join_refused& event);
  void on(const proto::chat::entry_received& event);
  void on(const proto::chat::gap_found& event);
  void on(const proto::chat::became_live& event);
  void on(const proto::chat::presence_changed& event);
  void on(const proto::chat::room_changed& event);
  void on(const proto::chat::room_described& event);
  void on(const proto::chat::people_listed& event);
  void on(const proto::chat::request_failed& event);
  void on(const proto::chat::name_given& event);
  void on(const proto::chat::name_refused& event);
  // What no visitor has use for: history, receipts, the end of an epoch.
  template <class Event>
  void on(const Event&) {}
  void on_room_refused(const proto::chat::destination& in, std::string_view why, bool is_retried);

  text_visitor who_;
  std::size_t line_bytes_max_;
  text_counters& counters_;
  proto::chat::session talk_;
  telnet_decoder telnet_;
  line_reader lines_;
  std::string output_;
  std::vector<std::string> here_;  // who was told to be here, not yet in the output
  std::string room_;               // joined; empty: none
  // Of that room: in the output, and handed out to be written.
  std::optional<proto::log_position> shown_;
  std::optional<proto::log_position> written_;
  std::string next_room_;
  question open_ = question::none;
  bool told_delay_ = false;
  bool ended_ = false;    // no more input
  bool leaving_ = false;  // done when everything said is decided
  bool is_done_ = false;
};

}  // namespace tern::relay
