// What one message costs the store's single writer, in steps of SQLite's machine: nobody may
// make that grow with what others have said.
#include "relay/store/sqlite/append_batch.hpp"
#include "relay/store/sqlite/schema.hpp"
#include "tests/relay/store/store_case.hpp"
#include "tests/relay/store/temporary_folder.hpp"

namespace tern::relay {
namespace {

using namespace std::chrono_literals;

class AppendWork : public testing::Test {
 protected:
  AppendWork() {
    sqlite::migrate(data_);
    tables_.emplace(data_);
  }

  append_status commit(const append_request& request) { return commit_all({&request, 1}); }
  // The status of the last one.
  append_status commit_all(std::span<const append_request> requests) {
    append_status last{};
    sqlite::transaction all{data_};
    sqlite::append_batch batch{*tables_, keep_};
    for (const append_request& each : requests) last = batch.apply(each).status;
    batch.flush();
    all.commit();
    return last;
  }
  std::uint64_t steps_of(const append_request& request, append_status expected) {
    std::uint64_t steps = 0;
    const auto count = [](void* into) { return ++*static_cast<std::uint64_t*>(into), 0; };
    sqlite3_progress_handler(data_.handle(), 1, count, &steps);
    EXPECT_EQ(commit(request), expected);
    sqlite3_progress_handler(data_.handle(), 0, nullptr, nullptr);
    return steps;
  }
  append_request write(std::uint8_t sender, proto::wall_time when, std::string_view text = "hello") {
    append_request request = write_to_ben(sender, written_ % outbox_window, when, text);
    request.outbox[1] = static_cast<std::uint8_t>(written_++ / outbox_window);
    return request;
  }
  void write_many(std::size_t count, std::uint8_t sender, proto::wall_time when) {
    std::vector<append_request> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(write(sender, when));
    ASSERT_EQ(commit_all(all), append_status::committed);
  }

  retention keep_;
  temporary_folder folder_;
  sqlite::database data_{folder_.file("log.db"), ""};
  std::optional<sqlite::tables> tables_;
  std::uint64_t written_ = 0;
};

TEST_F(AppendWork, OfAFirstDirectMessageDoesNotGrowWithTheInbox) {
  keep_.pair_rows_max = 10'000;
  write_many(10, 1, noon);
  const std::uint64_t almost_empty = steps_of(write(2, noon), append_status::committed);
  write_many(5'000, 1, noon);
  EXPECT_LE(steps_of(write(3, noon), append_status::committed), almost_empty + 50);
}

TEST_F(AppendWork, OfAPairThatIsFullDoesNotGrowWithWhatOthersSaidBetween) {
  keep_.pair_rows_max = 2'000;
  write_many(1, 1, noon);
  for (std::uint8_t other = 2; other < 5; ++other) write_many(1'500, other, noon);
  write_many(1, 1, noon);
  keep_.pair_rows_max = 2;
  const std::uint64_t first = steps_of(write(1, noon + 25h), append_status::committed);
  EXPECT_LE(steps_of(write(1, noon + 25h), append_status::committed), first + 50) << "its other old one is far";
}

TEST_F(AppendWork, OfARefusedMessageDoesNotGrowWithWhatWouldNotHaveSufficed) {
  keep_.pair_rows_max = 10'000;
  write_many(3'000, 1, noon);
  write_many(1, 2, noon + 25h);
  keep_.bytes_max = 3'001 * 5;
  const std::string too_much(keep_.bytes_max - 1, 'x');
  steps_of(write(3, noon + 26h, too_much), append_status::log_full);
  EXPECT_LE(steps_of(write(3, noon + 26h, too_much), append_status::log_full), 200U) << "it is known by now";
}

}  // namespace
}  // namespace tern::relay
