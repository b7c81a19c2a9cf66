#include "cli/command/command.hpp"
#include "cli/command/help_text.hpp"
#include "cli/command/sibling.hpp"
#include "cli/command/suggestion.hpp"
#include "cli/failure.hpp"

#include <gmock/gmock.h>
#include <set>

namespace tern::cli {
namespace {

using testing::HasSubstr;

TEST(CommandTable, EveryCommandOfItsOwnHasAnExampleThatItsParserTakes) {
  for (const command& each : all_commands()) {
    if (!each.run) continue;
    EXPECT_FALSE(each.summary.empty()) << each.name;
    EXPECT_FALSE(each.examples.empty()) << each.name;
    for (const option& declared : each.options) {
      EXPECT_THAT(help_text(each), HasSubstr(std::string(declared.key()))) << each.name;
      EXPECT_FALSE(declared.help.empty()) << each.name << " " << declared.names;
    }
  }
}

TEST(CommandTable, NoOptionIsDeclaredTwice) {
  for (const command& each : all_commands()) {
    std::set<std::string_view> keys;
    for (const option& declared : each.options) EXPECT_TRUE(keys.insert(declared.key()).second) << declared.key();
    for (const option& declared : common_options()) EXPECT_TRUE(keys.insert(declared.key()).second) << declared.key();
  }
}

TEST(CommandTable, NamesAreUniqueAndInTheOverview) {
  std::set<std::string_view> names;
  for (const command& each : all_commands()) {
    EXPECT_TRUE(names.insert(each.name).second);
    EXPECT_THAT(overview_text(), HasSubstr(std::string(each.name)));
  }
}

TEST(Suggestion, FindsTheWordThatWasMeant) {
  const std::vector<std::string_view> known{"send", "listen", "chat", "history", "resolve"};
  EXPECT_EQ(suggest("sned", known), "send");
  EXPECT_EQ(suggest("hist", known), std::nullopt);
  EXPECT_EQ(suggest("lisen", known), "listen");
  EXPECT_EQ(suggest("resovle", known), "resolve");
  EXPECT_EQ(suggest("zebra", known), std::nullopt);
  EXPECT_EQ(suggest("", known), std::nullopt);
  EXPECT_EQ(suggest(std::string(100000, 'x'), known), std::nullopt);
}

TEST(Suggestion, CountsSwapsAsOneSlip) {
  EXPECT_EQ(edit_distance("ab", "ba"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(Sibling, IsLookedForBesideTernAndInLibexecOnly) {
  const auto places = sibling_places("/opt/tern/bin", "tern-relay");
  EXPECT_THAT(places, testing::ElementsAre("/opt/tern/bin/tern-relay", "/opt/tern/libexec/tern/tern-relay"));
}

}  // namespace
}  // namespace tern::cli
