// What is written when, by how many transactions.
#include "udp/client/store_writer.hpp"

#include "tests/udp/client/memory_store.hpp"
#include "tests/udp/run.hpp"

#include <atomic>
#include <gtest/gtest.h>

namespace tern::udp {
namespace {

using namespace proto::chat;

const destination lobby = destination::room("lobby");

class counted_store final : public client_store {
 public:
  store_result<void> open(const store_owner& owner) override { return store_.open(owner); }
  store_result<std::vector<kept_outbox>> take_over(const room& most) override { return store_.take_over(most); }
  store_result<void> apply(std::span<const store_change> changes) override {
    ++transactions;
    return store_.apply(changes);
  }
  store_result<std::optional<cursor>> place_of(const destination& log) override { return store_.place_of(log); }
  void close() override { store_.close(); }

  std::atomic<int> transactions = 0;
  std::shared_ptr<memory_disk> disk = std::make_shared<memory_disk>();

 private:
  memory_store store_{disk};
};

class StoreWriter : public testing::Test, public store_user {
 protected:
  void on_taken_over(std::vector<kept_outbox>) override {}
  void on_kept(std::uint64_t changes) override { kept = changes; }
  void on_keeping_failed(const store_problem& why) override { ADD_FAILURE() << why.text; }

  static outbox_change message() { return message_kept{{1}, {1}, lobby, {}, message_id{1}}; }
  static outbox_change decided() { return message_forgotten{{1}, 0}; }
  static shown_place place() { return {lobby, cursor{{1}, proto::log_position{7}, {}}}; }
  std::unique_ptr<store_writer> write(std::chrono::milliseconds pause) {
    auto writer = std::make_unique<store_writer>(io.get_executor(), store, *this, pause);
    writer->use({});
    return writer;
  }
  void run_until(const std::function<bool()>& condition) {
    const auto working = asio::make_work_guard(io);
    io.restart();
    const auto end = std::chrono::steady_clock::now() + test::hang;
    while (!condition() && std::chrono::steady_clock::now() < end) io.run_one_for(test::hang);
    ASSERT_TRUE(condition());
  }

  net::io_context io;
  std::shared_ptr<counted_store> store = std::make_shared<counted_store>();
  std::uint64_t kept = 0;
};

TEST_F(StoreWriter, WhatNoMessageWaitsForIsWrittenWithTheNextOne) {
  const auto writer = write(std::chrono::hours{1});
  writer->keep(message());
  run_until([&] { return kept == 1; });
  writer->keep(decided());
  writer->keep(place());
  writer->keep(message());
  run_until([&] { return kept == 3; });
  EXPECT_EQ(store->transactions, 2);
}

TEST_F(StoreWriter, TheEndWritesWhatWaits) {
  const auto writer = write(std::chrono::hours{1});
  writer->keep(message());
  run_until([&] { return kept == 1; });
  writer->keep(decided());
  writer->keep(place());
  bool is_closed = false;
  writer->close([&] { is_closed = true; });
  run_until([&] { return is_closed; });
  EXPECT_EQ(store->transactions, 2);
  EXPECT_TRUE(store->disk->outboxes.empty());
  EXPECT_EQ(store->disk->places.size(), 1U);
}

TEST_F(StoreWriter, WhatWaitsIsWrittenByItselfAfterAWhile) {
  const auto writer = write(std::chrono::milliseconds{1});
  writer->keep(decided());
  run_until([&] { return kept == 1; });
}

}  // namespace
}  // namespace tern::udp
