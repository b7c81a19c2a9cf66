// The judge of a chat: what was said, what the store made durable, and what each reader
// was shown. Every broken promise is a test failure at the moment at which it shows. Does
// not know how anything travels.
#pragma once

#include "proto/chat/session_events.hpp"
#include "relay/store/memory_store.hpp"

#include <algorithm>
#include <charconv>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tern::sim {

namespace chat = proto::chat;

using log_name = std::string;  // "room lobby", "inbox 1"
using said_id = std::size_t;

// What a reader of a log was shown. It outlives the reader's process, as a stored cursor does.
struct screen {
  std::optional<std::uint64_t> next;  // position
  std::optional<chat::cursor> place;  // of the last one shown
};

class promises {
 public:
  struct said {
    relay::client_key sender;
    log_name to;
    std::string outbox;  // whose order counts
    proto::bytes body;
    bool may_expire = false;
    enum class fate { open, committed, expired, unknown } is = fate::open;
  };

  // A message that nobody said before, of about `size` octets.
  said_id say(relay::client_key sender, log_name to, std::string outbox, std::size_t size, bool may_expire) {
    const said_id id = said_.size();
    std::string text = std::to_string(id) + ':';
    while (text.size() < size) text.push_back(static_cast<char>('a' + (text.size() * 7 + id) % 26));
    said_.push_back({sender, std::move(to), std::move(outbox), {text.begin(), text.end()}, may_expire});
    return id;
  }
  const proto::bytes& body(said_id id) const { return said_.at(id).body; }

  void on_durable(const relay::append_request& request, const relay::append_result& result) {
    const auto id = find(request.body);
    ASSERT_TRUE(id) << "the store was given what nobody said";
    const said& message = said_[*id];
    ASSERT_EQ(message.sender, request.sender);
    ASSERT_TRUE(durable_.emplace(*id, row{result.position.value, result.chain}).second) << "committed twice: " << *id;
    const auto [number, is_new] = numbers_.emplace(message.to, request.log);
    ASSERT_EQ(number->second, request.log) << "committed to another log: " << *id;
    auto& rows = logs_[message.to];
    rows.push_back(*id);
    ASSERT_EQ(result.position.value, rows.size());
    auto& last = last_of_outbox_[message.outbox];
    ASSERT_TRUE(!last || *last < *id) << *id << " was overtaken by " << *last << " of " << message.outbox;
    last = *id;
  }
  void on_committed(said_id id, const chat::committed& receipt) {
    ASSERT_EQ(said_.at(id).is, said::fate::open) << id;
    said_[id].is = said::fate::committed;
    ASSERT_TRUE(durable_.contains(id)) << "acknowledged and not durable: " << id;
    ASSERT_EQ(durable_.at(id).position, receipt.position.value);
  }
  void on_expired(said_id id) {
    ASSERT_EQ(said_.at(id).is, said::fate::open) << id;
    ASSERT_TRUE(said_[id].may_expire) << id;
    said_[id].is = said::fate::expired;
  }
  bool is_open(said_id id) const { return said_.at(id).is == said::fate::open; }
  // Its process ended first.
  void on_abandoned(said_id id) {
    if (said_.at(id).is == said::fate::open) said_[id].is = said::fate::unknown;
  }

  void on_shown(screen& reader, const log_name& from, const chat::entry_received& event) {
    ++shown_;
    const auto id = find(event.message.body);
    ASSERT_TRUE(id) << "invented";
    ASSERT_EQ(said_[*id].to, from);
    ASSERT_EQ(said_[*id].sender, event.message.sender);
    ASSERT_TRUE(durable_.contains(*id)) << "shown and not durable: " << *id;
    const row& stored = durable_.at(*id);
    const std::uint64_t position = event.message.position.value;
    ASSERT_EQ(position, stored.position);
    ASSERT_EQ(event.message.chain, stored.chain);
    ASSERT_EQ(position, reader.next.value_or(position)) << from << ": out of order, again or with a hole";
    reader.next = position + 1;
    reader.place = event.place();
  }
  void on_live(screen& reader, const log_name& from, const chat::became_live& event) {
    const std::uint64_t next = event.from.position.value + 1;
    ASSERT_EQ(next, reader.next.value_or(next)) << from << ": a seam between backlog and live";
    reader.next = next;
    reader.place = event.place();
  }
  bool is_complete(const screen& reader, const log_name& from) const { return reader.next == head(from) + 1; }
  std::uint64_t head(const log_name& of) const {
    const auto found = logs_.find(of);
    return found == logs_.end() ? 0 : found->second.size();
  }

  // In the end: every message has its fate, and the store holds what it called durable.
  void check_all(relay::memory_store& store) const {
    for (said_id id = 0; id < said_.size(); ++id) {
      EXPECT_NE(said_[id].is, said::fate::open) << id;
      EXPECT_TRUE(said_[id].is != said::fate::committed || durable_.contains(id)) << id;
    }
    for (const auto& [name, number] : numbers_) check_log(store, name, number);
    EXPECT_EQ(store.verify().damages_found, 0U);
  }
  std::uint64_t said_count() const { return said_.size(); }
  std::uint64_t shown_count() const { return shown_; }

 private:
  struct row {
    std::uint64_t position = 0;
    relay::chain_tag chain;
  };

  std::optional<said_id> find(proto::byte_view body) const {
    said_id id = 0;
    const std::string_view text = proto::as_text(body);
    const auto number = std::from_chars(text.data(), text.data() + text.size(), id);
    if (number.ec != std::errc{} || id >= said_.size()) return std::nullopt;
    if (!std::equal(body.begin(), body.end(), said_[id].body.begin(), said_[id].body.end())) return std::nullopt;
    return id;
  }
  void check_log(relay::memory_store& store, const log_name& name, relay::log_number number) const {
    const auto& expected = logs_.at(name);
    const auto rows = store
                          .read({.log = number,
                                 .to = relay::log_position{expected.size() + 1},
                                 .rows_max = 1U << 30U,
                                 .bytes_max = std::uint64_t{1} << 40U})
                          .rows;
    ASSERT_EQ(rows.size(), expected.size()) << name;
    for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(find(rows[i].body), expected[i]) << name << ' ' << i + 1;
  }

  std::vector<said> said_;
  std::map<said_id, row> durable_;
  std::map<log_name, relay::log_number> numbers_;
  std::map<log_name, std::vector<said_id>> logs_;
  std::map<std::string, std::optional<said_id>> last_of_outbox_;
  std::uint64_t shown_ = 0;
};

}  // namespace tern::sim
