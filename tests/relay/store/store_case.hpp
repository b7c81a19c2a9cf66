// What the contract tests are run against: a store that can be restarted and whose disk
// can fail. Beside it a small client that fills in requests.
#pragma once

#include "relay/store/retention.hpp"
#include "relay/store/store.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <ostream>
#include <string_view>

namespace tern::relay {

class store_case {
 public:
  virtual ~store_case() = default;
  virtual store& current() = 0;
  // The process ends and another one begins.
  virtual void restart() = 0;
  virtual void set_disk_full(bool full) = 0;
  virtual void break_down() = 0;
  virtual void repair() = 0;
};

struct store_kind {
  std::string_view name;
  std::unique_ptr<store_case> (*make)(const retention& keep);
  // For the names of the tests, which otherwise hold addresses.
  friend void PrintTo(const store_kind& kind, std::ostream* out) { *out << kind.name; }
};

store_kind sqlite_kind();
store_kind memory_kind();

inline constexpr proto::wall_time noon{std::chrono::hours{24 * 365 * 55}};
inline constexpr log_number lobby{1};
inline constexpr log_number kitchen{2};

inline client_key key_of(std::uint8_t who) {
  client_key key{};
  key[0] = who;
  return key;
}

inline new_log room_called(std::string name) {
  log_id id{};
  id[0] = static_cast<std::uint8_t>(name.size());
  id[15] = static_cast<std::uint8_t>(name.front());
  return {{log_kind::room, std::move(name)}, id};
}

inline proto::bytes body_of(std::string_view text) {
  const auto view = proto::as_bytes(text);
  return {view.begin(), view.end()};
}

// A message of one sender's one outbox to the lobby; tests change what they are about.
inline append_request say(std::uint64_t counter, std::string_view text = "hello") {
  append_request request;
  request.tag = request_tag{1000 + counter};
  request.log = lobby;
  request.create = room_called("lobby");
  request.sender = key_of(1);
  request.sender_name = "ada";
  request.outbox[0] = 7;
  request.counter = counter;
  request.body = body_of(text);
  request.commit_time = noon;
  return request;
}

inline append_request say_in_kitchen(std::uint64_t counter, std::string_view text = "hello") {
  append_request request = say(counter, text);
  request.log = kitchen;
  request.create = room_called("kitchen");
  return request;
}

// A direct message to ben, whose inbox takes the place of the lobby.
inline append_request write_to_ben(std::uint8_t sender, std::uint64_t counter, proto::wall_time when,
                                   std::string_view text = "hello") {
  append_request request = say(counter, text);
  request.create = new_log{{log_kind::inbox, std::string(32, 'b')}, {}, {}};
  request.sender = key_of(sender);
  request.commit_time = when;
  return request;
}

inline append_result commit_one(store& into, const append_request& request) {
  return into.commit({&request, 1}).front();
}

inline read_result read_all(store& from, log_number log = lobby) {
  return from.read({.tag = {},
                    .log = log,
                    .from = log_position{1},
                    .to = log_position{1'000'000},
                    .rows_max = 1'000'000,
                    .bytes_max = std::uint64_t{1} << 40U,
                    .newest = false});
}

// Every test ends with a store that finds nothing wrong with itself.
class StoreContract : public testing::TestWithParam<store_kind> {
 protected:
  void SetUp() override { use(retention{}); }
  void TearDown() override {
    const verify_report report = disk_->current().verify();
    for (const damage& found : report.damages) ADD_FAILURE() << found.log.name << ": " << found.what;
  }
  void use(const retention& keep) { disk_ = GetParam().make(keep); }
  store& current() { return disk_->current(); }
  append_result commit(const append_request& request) { return commit_one(current(), request); }

  std::unique_ptr<store_case> disk_;
};

}  // namespace tern::relay
