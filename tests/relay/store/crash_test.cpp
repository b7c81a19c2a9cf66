// kill -9 at random moments: whatever was acknowledged is there, once, in its place.
#include "proto/random.hpp"
#include "relay/store/sqlite/sqlite_store.hpp"
#include "relay/store/writer.hpp"
#include "tests/relay/store/child.hpp"
#include "tests/relay/store/store_case.hpp"
#include "tests/relay/store/temporary_folder.hpp"

#include <iostream>
#include <map>
#include <set>

namespace tern::relay {
namespace {

constexpr std::uint64_t position_shift = 32;  // an acknowledgement: position and counter in one number

append_request numbered(std::uint64_t round, std::uint64_t counter) {
  append_request request = say(counter, "round " + std::to_string(round) + " message " + std::to_string(counter));
  request.outbox[0] = static_cast<std::uint8_t>(round);
  request.floor = counter < 500 ? 0 : counter - 500;
  return request;
}

// Commits through a group committer until it is killed, and tells each acknowledgement.
void relay_until_killed(const std::string& path, std::uint64_t round, child_side& side) {
  auto opened = sqlite_store::open(path, {});
  if (!opened) return;
  const auto acknowledge = [&](const std::vector<store_result>& results) {
    for (const store_result& result : results) {
      const auto& append = std::get<append_result>(result);
      if (append.status == append_status::committed) {
        side.tell(append.position.value << position_shift | append.tag.value);
      }
    }
  };
  writer_limits limits;
  limits.batch_max = 16;
  limits.appends_max = 64;
  group_committer committer{std::move(*opened), limits, {acknowledge, [](const store_fault&) { ::_exit(1); }}};
  for (std::uint64_t counter = 0;;) {
    append_request request = numbered(round, counter);
    request.tag = request_tag{counter};
    if (committer.submit(std::move(request))) {
      ++counter;
    } else {
      std::this_thread::yield();
    }
  }
}

using acknowledgements = std::map<std::uint64_t, std::uint64_t>;  // counter to position

acknowledgements kill_a_relay(const std::string& path, std::uint64_t round, std::uint64_t after) {
  acknowledgements heard;
  child relay{[&](child_side& side) { relay_until_killed(path, round, side); }};
  const auto take = [&](std::uint64_t told) {
    heard[told & ((std::uint64_t{1} << position_shift) - 1)] = told >> position_shift;
  };
  while (heard.size() < after) {
    const auto told = relay.hear();
    if (!told) break;
    take(*told);
  }
  relay.kill();
  while (const auto told = relay.hear()) take(*told);
  return heard;
}

void expect_once_and_in_place(store& log, std::uint64_t round, const acknowledgements& heard) {
  const auto rows = read_all(log).rows;
  std::set<proto::bytes> bodies;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_EQ(rows[i].position.value, i + 1);
    ASSERT_TRUE(bodies.insert(rows[i].body).second) << "twice: " << proto::as_text(rows[i].body);
  }
  for (const auto& [counter, position] : heard) {
    ASSERT_LE(position, rows.size());
    ASSERT_EQ(rows[position - 1].body, numbered(round, counter).body);
  }
  EXPECT_EQ(log.verify().damages_found, 0U);
}

void expect_known_when_sent_again(store& log, std::uint64_t round, const acknowledgements& heard) {
  const std::uint64_t last = heard.rbegin()->first;
  for (const auto& [counter, position] : heard) {
    if (counter + 100 < last) continue;
    append_request again = numbered(round, counter);
    again.floor = 0;
    const auto result = commit_one(log, again);
    ASSERT_EQ(result.status, append_status::duplicate);
    ASSERT_EQ(result.position.value, position);
  }
}

TEST(Crash, NothingAcknowledgedIsLostOrTwiceAfterKill9) {
  const temporary_folder folder;
  const std::string path = folder.file("log.db");
  const std::uint64_t seed = 20'240'917;
  std::cout << "seed " << seed << '\n';
  proto::random source{seed};
  for (std::uint64_t round = 0; round < 10; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const auto heard = kill_a_relay(path, round, source.between(1, 400));
    ASSERT_FALSE(heard.empty());
    const auto log = sqlite_store::open(path, {});
    ASSERT_TRUE(log) << log.error().what;
    expect_once_and_in_place(**log, round, heard);
    expect_known_when_sent_again(**log, round, heard);
  }
}

}  // namespace
}  // namespace tern::relay
