#include "relay/store/writer.hpp"

#include "relay/store/memory_store.hpp"
#include "tests/relay/store/store_case.hpp"

#include <semaphore>

namespace tern::relay {
namespace {

// A memory store whose commits wait for a permit, so that a test decides what comes
// together. Writes down how large each group was.
class gated_store final : public store {
 public:
  struct gate {
    std::counting_semaphore<> entered{0};
    std::counting_semaphore<> permits{0};
    std::vector<std::size_t> groups;  // to be read once the committer has stopped
    bool breaks = false;
  };
  explicit gated_store(gate& at) : gate_{at} {}

  std::vector<append_result> commit(std::span<const append_request> requests) override {
    gate_.entered.release();
    gate_.permits.acquire();
    gate_.groups.push_back(requests.size());
    if (gate_.breaks) inner_.break_down();
    return inner_.commit(requests);
  }
  tl::expected<store_snapshot, store_fault> snapshot() override { return inner_.snapshot(); }
  append_status probe() override { return inner_.probe(); }
  name_result claim_name(const name_request& request) override { return inner_.claim_name(request); }
  rules_result change_rules(const rules_request& request) override { return inner_.change_rules(request); }
  read_result read(const read_request& request) override { return inner_.read(request); }
  verify_report verify() override { return inner_.verify(); }
  tl::expected<std::unique_ptr<copying>, std::string> copy_to(const std::string& path) override {
    return inner_.copy_to(path);
  }
  void maintain(proto::wall_time now) override { inner_.maintain(now); }
  const std::optional<store_fault>& fault() const override { return inner_.fault(); }

 private:
  gate& gate_;
  memory_store inner_;
};

// Collects on the committer's thread; to be read once it has stopped.
struct collector {
  group_committer::callbacks callbacks() {
    return {[this](std::vector<store_result> batch) {
              for (store_result& result : batch) results.push_back(std::move(result));
            },
            [this](const store_fault&) { ++faults; }};
  }
  std::vector<store_result> results;
  int faults = 0;
};

TEST(GroupCommitter, CommitsAtOnceWhenIdleAndGroupsWhatArrivesMeanwhile) {
  gated_store::gate gate;
  collector seen;
  group_committer committer{std::make_unique<gated_store>(gate), {}, seen.callbacks()};
  ASSERT_TRUE(committer.submit(say(0)));
  gate.entered.acquire();  // it did not wait for company
  for (std::uint64_t i = 1; i <= 300; ++i) ASSERT_TRUE(committer.submit(say(i)));
  EXPECT_EQ(committer.waiting().appends, 300U);
  gate.permits.release(100);
  committer.stop();
  EXPECT_EQ(gate.groups, (std::vector<std::size_t>{1, 256, 44}));
  ASSERT_EQ(seen.results.size(), 301U);
  for (std::uint64_t i = 0; i <= 300; ++i) {
    const auto& result = std::get<append_result>(seen.results[i]);
    ASSERT_EQ(result.tag, say(i).tag);
    ASSERT_EQ(result.position.value, i + 1);
  }
}

TEST(GroupCommitter, RefusesBeyondItsLimits) {
  gated_store::gate gate;
  collector seen;
  writer_limits limits;
  limits.appends_max = 2;
  limits.others_max = 1;
  group_committer committer{std::make_unique<gated_store>(gate), limits, seen.callbacks()};
  ASSERT_TRUE(committer.submit(say(0)));
  gate.entered.acquire();
  EXPECT_TRUE(committer.submit(say(1)));
  EXPECT_TRUE(committer.submit(say(2)));
  EXPECT_FALSE(committer.submit(say(3)));
  EXPECT_TRUE(committer.submit(read_request{}));
  EXPECT_FALSE(committer.submit(name_request{}));
  gate.permits.release(10);
  committer.stop();
  EXPECT_EQ(seen.results.size(), 4U);
}

TEST(GroupCommitter, CountsBytesWhileTheyWait) {
  gated_store::gate gate;
  collector seen;
  writer_limits limits;
  limits.append_bytes_max = 10'000;
  group_committer committer{std::make_unique<gated_store>(gate), limits, seen.callbacks()};
  ASSERT_TRUE(committer.submit(say(0)));
  gate.entered.acquire();
  EXPECT_TRUE(committer.submit(say(1, std::string(8'000, 'x'))));
  EXPECT_FALSE(committer.submit(say(2, std::string(8'000, 'x'))));
  gate.permits.release(10);
  committer.stop();
  EXPECT_EQ(committer.waiting().append_bytes, 0U);
}

TEST(GroupCommitter, RunsAnErrandWhenTheStoreIsFreeAndTellsNobody) {
  gated_store::gate gate;
  collector seen;
  group_committer committer{std::make_unique<gated_store>(gate), {}, seen.callbacks()};
  std::thread::id ran_on;
  ASSERT_TRUE(committer.submit(say(0)));
  gate.entered.acquire();
  ASSERT_TRUE(committer.submit(errand{[&] { ran_on = std::this_thread::get_id(); }}));
  EXPECT_EQ(ran_on, std::thread::id{}) << "a commit is going on";
  gate.permits.release(1);
  committer.stop();
  EXPECT_NE(ran_on, std::thread::id{});
  EXPECT_NE(ran_on, std::this_thread::get_id());
  EXPECT_EQ(seen.results.size(), 1U);
  EXPECT_FALSE(committer.submit(errand{[] {}})) << "it was stopped";
}

TEST(GroupCommitter, ServesReadsAndNamesBesideCommits) {
  collector seen;
  group_committer committer{std::make_unique<memory_store>(), {}, seen.callbacks()};
  committer.submit(say(0));
  committer.submit(read_request{.tag = request_tag{1}, .log = lobby, .to = log_position{9}});
  committer.submit(name_request{.tag = request_tag{2}, .name = "ada", .key = key_of(1), .time = noon});
  committer.stop();
  ASSERT_EQ(seen.results.size(), 3U);
  int reads = 0;
  int names = 0;
  for (const store_result& result : seen.results) {
    if (const auto* read = std::get_if<read_result>(&result)) reads += read->tag == request_tag{1} ? 1 : 0;
    if (const auto* name = std::get_if<name_result>(&result)) names += name->stored ? 1 : 0;
  }
  EXPECT_EQ(reads, 1);
  EXPECT_EQ(names, 1);
}

TEST(GroupCommitter, DoesWhatWasSubmittedBeforeItStops) {
  collector seen;
  group_committer committer{std::make_unique<memory_store>(), {}, seen.callbacks()};
  for (std::uint64_t i = 0; i < 1'000; ++i) ASSERT_TRUE(committer.submit(say(i)));
  committer.stop();
  EXPECT_EQ(seen.results.size(), 1'000U);
  EXPECT_FALSE(committer.submit(say(1'000)));
  EXPECT_FALSE(committer.stop());  // once more does no harm
}

TEST(GroupCommitter, TellsAFaultOnceAndAcknowledgesNothingAfterIt) {
  gated_store::gate gate;
  gate.breaks = true;
  gate.permits.release(100);
  collector seen;
  group_committer committer{std::make_unique<gated_store>(gate), {}, seen.callbacks()};
  for (std::uint64_t i = 0; i < 20; ++i) committer.submit(say(i));
  EXPECT_TRUE(committer.stop());
  EXPECT_EQ(seen.faults, 1);
  ASSERT_EQ(seen.results.size(), 20U);
  for (const store_result& result : seen.results) {
    EXPECT_EQ(std::get<append_result>(result).status, append_status::storage_failed);
  }
}

TEST(GroupCommitter, TakesRequestsFromSeveralThreads) {
  collector seen;
  group_committer committer{std::make_unique<memory_store>(), {}, seen.callbacks()};
  std::vector<std::thread> hubs;
  for (std::uint8_t hub = 0; hub < 4; ++hub) {
    hubs.emplace_back([&committer, hub] {
      for (std::uint64_t i = 0; i < 500; ++i) {
        append_request request = say(i);
        request.sender = key_of(hub);
        committer.submit(std::move(request));
        committer.submit(read_request{.tag = {}, .log = lobby, .to = log_position{i}});
      }
    });
  }
  for (std::thread& hub : hubs) hub.join();
  committer.stop();
  EXPECT_EQ(seen.results.size(), 4'000U);
}

}  // namespace
}  // namespace tern::relay
