// A client for the tests of the real process: the library's session, endpoint and
// driver on a loop of its own, run until something has happened.
#pragma once

#include "proto/chat/session.hpp"
#include "proto/endpoint.hpp"
#include "tests/relay/server/child.hpp"
#include "udp/driver.hpp"
#include "udp/net.hpp"
#include "udp/system_entropy.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tern::relay::testing {

namespace chat = proto::chat;

class person final : public udp::driver_owner {
 public:
  explicit person(std::uint8_t seed);
  ~person();

  void connect(const running_relay& relay, bool early = true);
  void connect_by_tcp(const running_relay& relay);
  // The connection is dropped without a word, as by a machine that dies.
  void vanish();
  chat::session& session() { return session_; }
  chat::message_id say(std::string_view room, std::string_view text);
  void join(std::string_view room, std::uint32_t backlog);

  // Runs the loop until it holds, at most 20 s. False after that.
  template <class Condition>
  bool until(Condition condition) {
    return run_until([&] { return condition(); });
  }
  bool until_entries(std::size_t count) {
    return until([&] { return entries.size() >= count; });
  }

  // What has happened, in order.
  std::vector<chat::message_committed> commits;
  std::vector<chat::message_refused> refusals;
  std::vector<chat::message_delayed> delays;
  std::vector<chat::entry> entries;
  std::vector<chat::gap> gaps;
  std::vector<chat::new_epoch> epochs;
  std::vector<chat::live> lives;
  std::optional<proto::closed> closed;
  bool is_connected = false;
  std::vector<chat::name_given> names;

  udp::driver_counters counters() const { return driver_->counters(); }
  proto::endpoint& endpoint() { return *endpoint_; }

  void on_event(proto::time_point now, proto::endpoint_event event) override;
  void on_turn(proto::time_point now) override;
  std::optional<proto::time_point> next_deadline() override { return session_.next_deadline(); }
  void on_unreachable(proto::time_point, const udp::unreachable_report&) override {}

 private:
  void begin(proto::connection_handle connection, bool early);
  proto::connect_options options_for(const running_relay& relay, bool early) const;
  bool run_until(const std::function<bool()>& condition);
  void take(chat::session_event event);

  net::io_context context_;
  udp::system_entropy entropy_;
  std::shared_ptr<const proto::identity> identity_;
  chat::session session_;
  std::unique_ptr<proto::endpoint> endpoint_;
  std::unique_ptr<udp::driver> driver_;
  std::uint32_t local_ = 0;
  std::optional<proto::connection_handle> connection_;
};

}  // namespace tern::relay::testing
