// What a client gives back.
#pragma once

#include "proto/address.hpp"
#include "proto/chat/kept_outbox.hpp"
#include "proto/chat/session_events.hpp"
#include "proto/connection/statistics.hpp"
#include "proto/time.hpp"
#include "udp/driver_counters.hpp"
#include "udp/transport.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <variant>

namespace tern {

struct message_options {
  // After so long the message is neither sent nor sent again, and async_send() ends with
  // errc::timeout; receipt::was_sent tells whether it may have arrived.
  std::optional<proto::duration> timeout;
  // Saying the same with the same id again gives the original commit (`--id`). Such a message
  // is not kept in a store: whoever has the id can say it again.
  std::optional<proto::chat::outbox_id> outbox;
  // With a store: called once, on the client's executor, when the message will outlive this
  // process. It is not sent before. Not called where keeping has failed.
  std::function<void()> on_kept;
};

// What became of a message.
struct receipt {
  proto::chat::destination to;
  // Committed: its place in the log, the relay's time, and how long it took from
  // async_send(). `duplicate`: it had been committed before, this is the original's place.
  proto::log_position position;
  proto::wall_time time{};
  proto::duration latency{};
  bool duplicate = false;
  // False: said in a live room, which passed it on to those who read it then and keeps nothing.
  // `position` is 0 where the relay does not know it any more.
  bool is_kept = true;
  // Datagrams this client sent from async_send() to the commit, all its messages together.
  std::uint64_t packets = 0;
  transport carrier = transport::udp;  // of the commit
  // On an error: the message left this machine towards the relay and may arrive yet.
  bool was_sent = false;
  // With errc::refused; with errc::timeout, why the relay had refused it for a while, if it had.
  std::optional<proto::chat::refused> refusal;
};

// What the relay answered to a question.
template <class Answer>
struct answered : Answer {
  // With errc::refused.
  std::optional<proto::chat::failed> refusal;
};
using history_result = answered<proto::chat::history_page>;
using people_result = answered<proto::chat::people_listed>;
using rooms_result = answered<proto::chat::rooms_listed>;

// What became of a change of a room.
struct change_result {
  proto::chat::changed done;
  // With errc::refused.
  std::optional<proto::chat::failed> refusal;
};

// What became of a ping.
struct ping_reply {
  proto::duration round_trip{};  // where there was an answer
  // Without an answer, whether the relay had the question. True: the answer was lost, or is still on its way. False:
  // the question was lost. Nothing: not known yet.
  std::optional<bool> has_reached;
};

struct status_change {
  enum class phase : std::uint8_t {
    connecting,  // for the first time or again; `error` says why the last try failed
    connected,
    kept,          // what use() asked for does not get through, `error` says why; `carrier` serves meanwhile
    silent,        // nothing is heard although something is outstanding; another connection is tried
    disconnected,  // waiting to try again; `error` says why
  };
  phase now = phase::connecting;
  std::error_code error;
  std::string reason;                  // the relay's words, if it gave any
  proto::address remote;               // connecting, connected, kept
  transport carrier = transport::udp;  // connected, kept
};

// An earlier client of the same identity had left this many messages undecided in the store;
// they are sent now, each under its own key.
struct earlier_messages {
  std::size_t count = 0;
};
// What became of one of them.
struct earlier_decided {
  enum class fate : std::uint8_t {
    committed,  // now, or it had been already: `position`
    relayed,    // passed on in a live room, which keeps nothing
    refused,    // `refusal`
    decided,    // before, by whoever said it; the relay does not say how
    expired,    // it may have been committed
  };
  fate is = fate::decided;
  proto::chat::destination to;
  proto::chat::kept_message message;
  proto::log_position position;
  std::optional<proto::chat::refused> refusal;
};
// The store cannot keep anything any more: from here on messages are only remembered, and are
// lost with the process if they are not committed before.
struct keeping_failed {
  std::string text;
};

// What async_receive() gives, in order.
using incoming =
    std::variant<status_change, proto::chat::entry_received, proto::chat::gap_found, proto::chat::epoch_changed,
                 proto::chat::became_live, proto::chat::presence_changed, proto::chat::delivered_up_to,
                 proto::chat::message_delayed, proto::chat::destination_bound, proto::chat::destination_refused,
                 proto::chat::join_refused, proto::chat::room_changed, proto::chat::room_described,
                 proto::chat::name_given, proto::chat::name_refused, earlier_messages, earlier_decided, keeping_failed>;

struct client_statistics {
  bool is_connected = false;
  bool was_ever_connected = false;
  std::uint64_t connections = 0;     // that were established
  std::uint64_t switches = 0;        // those that took the place of one that still lived
  std::optional<transport> carrier;  // of the present connection, or of the attempt
  std::size_t undecided = 0;         // messages whose fate is open
  std::optional<proto::connection_statistics> connection;
  udp::driver_counters driver;
};

}  // namespace tern
