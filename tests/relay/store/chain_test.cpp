#include "relay/store/chain_walk.hpp"
#include "relay/store/row_chain.hpp"
#include "tests/relay/store/store_case.hpp"

#include <set>

namespace tern::relay {
namespace {

row row_at(std::uint64_t position) {
  row made;
  made.position = log_position{position};
  made.commit_time = noon;
  made.sender = key_of(3);
  made.sender_name = "ada";
  made.body = body_of("text");
  return made;
}

TEST(RowChain, CoversEveryFieldOfTheRow) {
  std::set<chain_hash> hashes;
  const auto add = [&](auto&& change) {
    row changed = row_at(1);
    change(changed);
    EXPECT_TRUE(hashes.insert(next_chain({}, {}, changed)).second);
  };
  add([](row&) {});
  add([](row& one) { one.position = log_position{2}; });
  add([](row& one) { one.commit_time += std::chrono::milliseconds{1}; });
  add([](row& one) { one.sender[31] = 1; });
  add([](row& one) { one.sender_name = "adat"; });
  add([](row& one) { one.kind = 1; });
  add([](row& one) { one.body.push_back(0); });
  add([](row& one) {
    one.sender_name = "ad";
    one.body = body_of("atext");
  });
}

TEST(RowChain, CoversTheLogAndWhatCameBefore) {
  const chain_hash first = next_chain({}, {}, row_at(1));
  EXPECT_NE(first, next_chain({}, log_id{1}, row_at(1)));
  EXPECT_NE(first, next_chain(chain_hash{1}, {}, row_at(1)));
}

TEST(RowChain, TheTagIsItsBeginning) {
  chain_hash chain{};
  for (std::size_t i = 0; i < chain.size(); ++i) chain[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(tag_of(chain), (chain_tag{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(ContentHash, DependsOnLogKindAndBody) {
  const auto original = hash_content({}, 0, proto::as_bytes("x"));
  EXPECT_EQ(original, hash_content({}, 0, proto::as_bytes("x")));
  EXPECT_NE(original, hash_content(log_id{1}, 0, proto::as_bytes("x")));
  EXPECT_NE(original, hash_content({}, 1, proto::as_bytes("x")));
  EXPECT_NE(original, hash_content({}, 0, proto::as_bytes("y")));
}

struct walked {
  explicit walked(std::uint64_t rows) {
    state.head = log_position{rows};
    state.first = log_position{1};
    chain_hash chain{};
    for (std::uint64_t i = 1; i <= rows; ++i) {
      content.push_back(row_at(i));
      chains.push_back(chain = next_chain(chain, state.id, content.back()));
    }
    state.head_chain = tag_of(chain);
  }
  verify_report report() const {
    verify_report result;
    chain_walk walk{state, {}, result};
    for (std::size_t i = 0; i < content.size(); ++i) walk.on_row(content[i], chains[i]);
    walk.finish();
    return result;
  }
  log_state state;
  std::vector<row> content;
  std::vector<chain_hash> chains;
};

TEST(ChainWalk, FindsNothingWrongWithAnIntactLog) {
  const verify_report report = walked{5}.report();
  EXPECT_EQ(report.damages_found, 0U);
  EXPECT_EQ(report.rows, 5U);
  EXPECT_EQ(report.logs, 1U);
  EXPECT_EQ(walked{0}.report().damages_found, 0U);
}

TEST(ChainWalk, ReportsAChangedRowOnce) {
  walked log{5};
  log.content[2].body[0] ^= 1;
  const verify_report report = log.report();
  ASSERT_EQ(report.damages_found, 1U);
  EXPECT_EQ(report.damages[0].position.value, 3U);
}

TEST(ChainWalk, ReportsMissingRows) {
  walked hole{5};
  hole.content.erase(hole.content.begin() + 1);
  hole.chains.erase(hole.chains.begin() + 1);
  ASSERT_EQ(hole.report().damages_found, 1U);
  EXPECT_EQ(hole.report().damages[0].position.value, 2U);

  walked cut{5};
  cut.content.pop_back();
  cut.chains.pop_back();
  ASSERT_EQ(cut.report().damages_found, 1U);
  EXPECT_EQ(cut.report().damages[0].position.value, 5U);
}

TEST(ChainWalk, ReportsAHeadThatIsNotTheLastRow) {
  walked log{5};
  log.state.head_chain[0] ^= 1;
  EXPECT_EQ(log.report().damages_found, 1U);
}

}  // namespace
}  // namespace tern::relay
