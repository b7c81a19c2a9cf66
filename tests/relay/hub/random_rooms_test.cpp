// Random joins, leaves, disconnections, stalls, lost receipts and relay restarts:
// every reader sees the log in order and once, every writer's messages are in the log
// in its order and once.
#include "tests/relay/hub/world.hpp"

#include <gmock/gmock.h>
#include <set>

namespace tern::relay::testing {
namespace {

constexpr std::uint64_t steps = 2000;
constexpr std::uint8_t people = 6;

// A client with an outbox and a cursor, as small as it can be.
class walker {
 public:
  walker(world& relay, std::uint8_t person) : relay_(relay), person_(person) {}

  bool is_connected() const { return id_.has_value(); }
  peer_id id() const { return *id_; }

  void connect() {
    id_ = relay_.connect(person_);
    read_ = 0;
    bind();
    for (std::uint64_t counter = decided_; counter < next_; ++counter) say(counter);
  }
  void disconnect() {
    relay_.disconnect(*id_);
    lose();
  }
  // The connection is gone without anybody having been told.
  void lose() {
    if (!id_) return;
    listen();
    id_.reset();
    joined_ = false;
  }
  void speak() {
    if (next_ - decided_ >= 900) return;
    say(next_++);
  }
  void join_or_leave() {
    // An entry that is on its way while the client leaves comes again after a join with
    // the older cursor. That is the client's to notice, and not what is tested here.
    if (relay_.is_blocked(*id_)) return;
    if (joined_) {
      relay_.send(*id_, world::lane(1), chat::leave{});
      listen();
      joined_ = false;
    } else {
      listen();
      relay_.join(*id_, 1, {.from = cursor_});
      joined_ = true;
    }
  }
  // Takes in what the relay has said since.
  void listen() {
    const auto& heard = relay_.heard_by(*id_);
    for (; read_ < heard.size(); ++read_) std::visit([this](const auto& op) { on(op); }, heard[read_].op);
  }
  void bind() {
    chat::bind op{.destination = "lobby"};
    op.outbox.fill(person_);
    op.floor = decided_;
    relay_.send(*id_, world::lane(1), op);
  }
  void resend_refused() {
    if (!refused_) return;
    refused_ = false;
    for (std::uint64_t counter = decided_; counter < next_; ++counter) say(counter);
  }
  void catch_up() {
    if (!id_) connect();
    relay_.unblock(*id_);
    if (!joined_) join_or_leave();
  }

  std::uint64_t said() const { return next_; }
  std::uint64_t decided() const { return decided_; }
  std::uint64_t seen() const { return cursor_.position.value; }

 private:
  void say(std::uint64_t counter) { relay_.say(*id_, 1, counter, std::to_string(counter)); }

  template <class Op>
  void on(const Op&) {}
  void on(const chat::bound& op) { cursor_.log = op.log; }
  void on(const chat::entry& op) {
    ASSERT_EQ(op.position.value, cursor_.position.value + 1) << "person " << int{person_};
    cursor_.position = op.position;
    cursor_.chain = op.chain;
  }
  void on(const chat::live& op) { ASSERT_EQ(op.position, cursor_.position); }
  void on(const chat::new_epoch&) { FAIL() << "the log never changed"; }
  void on(const chat::gap&) { FAIL() << "nothing was pruned"; }
  void on(const chat::refused& op) {
    ASSERT_TRUE(chat::is_temporary(op.reason)) << op.text;
    refused_ = true;
  }
  void on(const chat::committed& op) {
    // Decisions come in order, but for what a resend makes come again.
    if (op.counter < decided_) return;
    ASSERT_EQ(op.counter, decided_);
    ++decided_;
    if (decided_ % 100 == 0) bind();
  }

  world& relay_;
  std::uint8_t person_;
  std::optional<peer_id> id_;
  std::size_t read_ = 0;
  bool joined_ = false;
  bool refused_ = false;
  chat::cursor cursor_{};
  std::uint64_t next_ = 0;
  std::uint64_t decided_ = 0;
};

class RandomRooms : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomRooms, GiveEveryReaderTheLogInOrderAndOnce) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  proto::random random{GetParam()};
  hub_limits limits = roomy_limits();
  limits.reader_queue_bytes_max = random.between(200, 4000);
  limits.page_rows_max = random.between(1, 30);
  limits.tail_bytes_max = random.between(1, 3000);
  limits.tails_bytes_max = random.between(1, 6000);
  world relay{limits};
  std::vector<walker> walkers;
  for (std::uint8_t person = 1; person <= people; ++person) walkers.emplace_back(relay, person);

  for (std::uint64_t step = 0; step < steps && !HasFatalFailure(); ++step) {
    walker& one = walkers[random.below(people)];
    const std::uint64_t dice = random.below(1000);
    if (dice < 3) {
      for (auto& each : walkers) each.lose();
      while (relay.store().has_work() && random.chance(0.5)) (void)relay.store().step();
      relay.restart();
    } else if (!one.is_connected()) {
      one.connect();
    } else if (dice < 30) {
      random.chance(0.5) ? one.disconnect() : one.lose();
    } else if (dice < 100) {
      one.join_or_leave();
    } else if (dice < 150) {
      relay.block(one.id());
    } else if (dice < 230) {
      relay.unblock(one.id());
    } else if (dice < 240) {
      relay.store().fail_appends(random.chance(0.3) ? std::optional{append_status::disk_full} : std::nullopt);
    } else if (dice < 300) {
      one.resend_refused();
    } else if (dice < 700) {
      one.speak();
    } else {
      relay.settle(random.below(6));
    }
    if (one.is_connected()) one.listen();
  }

  // Healed: everyone is back, nothing stalls, and everything has to arrive.
  relay.store().fail_appends(std::nullopt);
  for (auto& each : walkers) each.catch_up();
  for (int round = 0; round < 5; ++round) {
    relay.settle();
    for (auto& each : walkers) {
      each.listen();
      each.resend_refused();
    }
  }
  const auto& log = relay.store().rows(log_number{1});
  ASSERT_GT(log.size(), 0U);
  std::map<client_key, std::uint64_t> next;
  for (const auto& row : log) {
    ASSERT_EQ(proto::as_text(row.body), std::to_string(next[row.sender]++)) << "out of order, lost or twice";
  }
  for (std::uint8_t person = 1; person <= people; ++person) {
    const walker& each = walkers[person - 1U];
    EXPECT_EQ(each.decided(), each.said());
    EXPECT_EQ(each.seen(), log.size());
    EXPECT_EQ(next[world::key(person)], each.said());
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomRooms, ::testing::Range<std::uint64_t>(1, 41));

}  // namespace
}  // namespace tern::relay::testing
