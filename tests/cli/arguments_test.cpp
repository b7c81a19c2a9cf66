#include "cli/command/arguments.hpp"

#include "cli/failure.hpp"

#include <gmock/gmock.h>

namespace tern::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<option> options{
    {"q,quiet", "", ""}, {"count", "N", ""}, {"4", "", ""}, {"reply", "TEXT", ""}, {"wait", "DURATION", ""}};

arguments parse(std::vector<const char*> words) { return arguments::parse(words, options); }

std::string complaint(std::vector<const char*> words) {
  try {
    parse(std::move(words));
  } catch (const failure& problem) {
    EXPECT_EQ(problem.code(), exit_code::usage);
    return problem.what();
  }
  return "";
}

TEST(Arguments, OptionsAndWordsMix) {
  const auto args = parse({"udp://h:1", "one", "--count", "3", "two", "-4"});
  EXPECT_THAT(args.words(), ElementsAre("udp://h:1", "one", "two"));
  EXPECT_EQ(args.number("count", 0, 10), 3U);
  EXPECT_TRUE(args.has("4"));
  EXPECT_FALSE(args.has("quiet"));
}

TEST(Arguments, CommasAndEmptyWordsStayWhole) {
  const auto args = parse({"a,b", "", "--reply", "x,y", "-"});
  EXPECT_THAT(args.words(), ElementsAre("a,b", "", "-"));
  EXPECT_EQ(args.value("reply"), "x,y");
  EXPECT_EQ(parse({"--reply="}).value("reply"), "");
  EXPECT_EQ(parse({"--reply", ""}).value("reply"), "");
  EXPECT_EQ(parse({"--reply=a\nb=c"}).value("reply"), "a\nb=c");
}

TEST(Arguments, TwoDashesEndTheOptions) {
  EXPECT_THAT(parse({"a", "--", "--count", "-q", "--"}).words(), ElementsAre("a", "--count", "-q", "--"));
}

TEST(Arguments, VeryLongWordsAreJustLong) {
  const std::string text(1'000'000, 'x');
  const std::string value = "--reply=" + text;
  const auto args = parse({text.c_str(), value.c_str()});
  EXPECT_EQ(args.words().at(0).size(), text.size());
  EXPECT_EQ(args.value("reply")->size(), text.size());
}

TEST(Arguments, MistypedOptionsGetASuggestion) {
  EXPECT_THAT(complaint({"--cuont", "3"}), HasSubstr("did you mean --count?"));
  EXPECT_THAT(complaint({"--zzzzzz"}), HasSubstr("there is no option --zzzzzz"));
  EXPECT_THAT(complaint({"-x"}), HasSubstr("goes after --"));
  EXPECT_THAT(complaint({"--count"}), HasSubstr("'count'"));
}

TEST(Arguments, BadValuesAreUsageErrors) {
  EXPECT_THROW(parse({"--count", "-1"}).number("count", 0, 9), failure);
  EXPECT_THROW(parse({"--count", "10"}).number("count", 0, 9), failure);
  EXPECT_THROW(parse({"--count", "1x"}).number("count", 0, 9), failure);
  EXPECT_THROW(parse({"--wait", "5"}).duration("wait"), failure);
  EXPECT_EQ(parse({"--wait", "5ms"}).duration("wait"), std::chrono::milliseconds(5));
}

TEST(Arguments, SwitchesAreCounted) { EXPECT_EQ(parse({"-qq", "--quiet"}).count("quiet"), 3U); }

}  // namespace
}  // namespace tern::cli
