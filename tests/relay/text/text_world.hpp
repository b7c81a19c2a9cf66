// The text gateway with a real hub and its store, in one thread and in virtual time; the sockets are strings. One
// client with a key sits beside, so that both sides of a conversation can be seen.
#pragma once

#include "proto/chat/ops.hpp"
#include "proto/random.hpp"
#include "relay/hub/hub.hpp"
#include "relay/server/text_gateway.hpp"
#include "tests/relay/hub/memory_store.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tern::relay::testing {

class text_world {
 public:
  explicit text_world(const text_limits& limits = {}, const hub_limits& hub_rules = {});

  // Not valid where the gateway refused: see refusal.
  peer_id enter(const proto::address& from = proto::address::v4(127, 0, 0, 1, 5000));
  std::string refusal;
  // One that is there, with everything that was shown taken away.
  peer_id settled_visitor();

  void type(peer_id visitor, std::string_view bytes);
  void end_input(peer_id visitor);
  void leave(peer_id visitor);
  // Whoever does not read is not asked for output by settle().
  void stop_reading(peer_id visitor) { readers_[visitor] = false; }
  void read_again(peer_id visitor);

  // What the visitor's screen has got since the last call.
  std::string screen(peer_id visitor);
  std::string datagram(std::string_view text);  // the answer; empty: none yet

  void advance(proto::duration time);
  void settle();
  void stop_store() { store_runs_ = false; }

  // The client with a key, called anna, in the room.
  void connect_anna(std::string room = "lobby");
  void anna_changes(chat::change wish);
  // Up to where what she said was delivered; 0: none of it.
  std::uint64_t delivered_to_anna() const { return delivered_; }
  void anna_says(std::string_view text);
  std::vector<std::string> heard_by_anna();

  text_gateway& gateway() { return gateway_; }
  hub& relay() { return hub_; }
  memory_store& store() { return store_; }

  static constexpr peer_id anna{1};

 private:
  class seeded_entropy : public proto::entropy {
   public:
    void fill(proto::mutable_byte_view out) override {
      for (auto& octet : out) octet = static_cast<std::uint8_t>(random_.next());
    }

   private:
    proto::random random_{11};
  };

  void carry_out(action& wish);
  void on_anna(const deliver& message);

  seeded_entropy entropy_;
  event_log log_{log_level::off, log_format::text};
  memory_store store_;
  hub hub_;
  text_gateway gateway_;
  proto::time_point now_{};
  std::map<peer_id, std::string> screens_;
  std::map<peer_id, bool> readers_;
  std::vector<chat::entry> heard_;
  std::vector<std::string> answers_;
  std::uint64_t anna_counter_ = 0;
  std::uint64_t delivered_ = 0;
  bool store_runs_ = true;
};

}  // namespace tern::relay::testing
