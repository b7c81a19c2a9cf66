// The two stores against each other: the same random requests, the same answers.
#include "proto/random.hpp"
#include "tests/relay/store/store_case.hpp"

namespace tern::relay {
namespace {

append_request draw_request(proto::random& source, proto::wall_time now) {
  const std::uint64_t log = source.between(1, 3);
  append_request request;
  request.tag = request_tag{source.next()};
  request.log = log_number{log};
  request.create = room_called(std::string(log, 'r'));
  if (log == 3) request.create->key.kind = log_kind::inbox;
  request.sender = key_of(static_cast<std::uint8_t>(source.below(2)));
  request.outbox[0] = static_cast<std::uint8_t>(source.below(2));
  request.floor = source.chance(0.3) ? source.below(40) : 0;
  request.counter = source.chance(0.02) ? source.below(5'000) : source.below(60);
  request.kind = static_cast<std::uint8_t>(source.below(2));
  request.body = proto::bytes(source.below(30), static_cast<std::uint8_t>(request.counter));
  if (source.chance(0.8)) request.body.resize(10);
  request.sender_name = "n";
  request.commit_time = now;
  request.failures_seen = source.chance(0.9) ? 1'000'000 : 0;
  return request;
}

bool same(const append_result& a, const append_result& b) {
  return a.tag == b.tag && a.status == b.status && a.position == b.position && a.commit_time == b.commit_time &&
         a.chain == b.chain && a.failures == b.failures;
}

bool same(const row& a, const row& b) {
  return a.position == b.position && a.commit_time == b.commit_time && a.sender == b.sender &&
         a.sender_name == b.sender_name && a.kind == b.kind && a.body == b.body && a.chain == b.chain;
}

bool same(const read_result& a, const read_result& b) {
  return a.first == b.first && a.failed == b.failed &&
         std::equal(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(),
                    [](const row& one, const row& other) { return same(one, other); });
}

void expect_same_logs(store_case& one, store_case& other) {
  for (std::uint64_t log = 1; log <= 3; ++log) {
    EXPECT_TRUE(same(read_all(one.current(), log_number{log}), read_all(other.current(), log_number{log})));
  }
  EXPECT_EQ(one.current().verify().damages_found, 0U);
  EXPECT_EQ(other.current().verify().damages_found, 0U);
}

void run(std::uint64_t seed, const store_kind& one_kind, const store_kind& other_kind) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  proto::random source{seed};
  // Not both at once: which of two lacks of space is told first is not part of the contract.
  const bool disk_fills_up = seed % 2 == 0;
  const retention keep = disk_fills_up
                             ? retention{}
                             : retention{.rows_max = 20, .bytes_max = 150, .pair_rows_max = 7, .pair_bytes_max = 70};
  const auto one = one_kind.make(keep);
  const auto other = other_kind.make(keep);
  auto now = noon;
  for (int round = 0; round < 40; ++round) {
    now += std::chrono::minutes{source.below(600)};
    const bool full = disk_fills_up && source.chance(0.1);
    one->set_disk_full(full);
    other->set_disk_full(full);
    std::vector<append_request> batch;
    for (std::uint64_t i = source.between(1, 12); i > 0; --i) batch.push_back(draw_request(source, now));
    const auto ours = one->current().commit(batch);
    const auto theirs = other->current().commit(batch);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      ASSERT_TRUE(same(ours[i], theirs[i]))
          << "round " << round << " request " << i << ": " << static_cast<int>(ours[i].status) << " and "
          << static_cast<int>(theirs[i].status);
    }
  }
  expect_same_logs(*one, *other);
}

TEST(StoresDifferential, AnswerRandomRequestsAlike) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) run(seed, sqlite_kind(), memory_kind());
}

}  // namespace
}  // namespace tern::relay
