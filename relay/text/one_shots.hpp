// The one-shots of everyone who sends a datagram of text: one guest of the hub says them all, since nothing about a
// datagram's sender can be believed. Each is answered once, when its fate is known. Knows no addresses.
#pragma once

#include "proto/chat/session.hpp"
#include "relay/text/limits.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tern::relay {

using one_shot_id = proto::chat::message_id;

struct one_shot_answer {
  one_shot_id to;
  std::string text;
};

class one_shots {
 public:
  // `entropy` and `counters` outlive it. `key`: as the hub knows this guest.
  one_shots(const proto::chat::key_bytes& key, const text_limits& limits, text_counters& counters,
            proto::entropy& entropy);

  // Everything goes to `room`.
  void start(std::string room, proto::time_point now, proto::wall_time wall);

  // Text, with or without a line end. The error is the answer.
  tl::expected<one_shot_id, std::string> on_datagram(proto::byte_view datagram, proto::time_point now);
  std::optional<one_shot_answer> poll_answer();

  void on_message(proto::lane_id lane, proto::byte_view message, proto::time_point now);
  void on_timeout(proto::time_point now);
  std::optional<proto::time_point> next_deadline() const { return talk_.next_deadline(); }
  std::optional<proto::chat::session_send> poll_send(proto::time_point now) { return talk_.poll_send(now); }

 private:
  tl::unexpected<std::string> refused(std::string_view why);
  void drain_events();

  std::size_t text_bytes_max_;
  text_counters& counters_;
  proto::chat::session talk_;
  std::string room_;
  std::deque<one_shot_answer> answers_;
};

// The answer for a datagram of that size: never longer, so that a forged sender's address makes nothing larger.
std::string fit_answer(std::string answer, std::size_t datagram_bytes);

}  // namespace tern::relay
