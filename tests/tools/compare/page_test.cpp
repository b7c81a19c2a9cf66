#include "tools/compare/page/page.hpp"

#include "tests/tools/compare/records.hpp"
#include "tools/compare/page/page_data.hpp"

#include <gtest/gtest.h>

namespace tern::compare {
namespace {

comparison one_mode() {
  comparison wanted;
  wanted.modes = parse_modes("reliable-ordered");
  wanted.command = "tern compare '</script><b>'";
  return wanted;
}

comparison_result result_with(const comparison& wanted, std::vector<message_record> messages) {
  comparison_result result{{backend_kind::tun, "a link"}, planned_courses(wanted, backend_kind::tun)};
  course& row = result.courses.front();
  row.shown.messages = std::move(messages);
  row.shown.length = ms(100);
  row.shown.repetitions = {{ms(60), 1}};
  row.outcomes = {analyse(row.shown, row.how.promised)};
  row.median = row.outcomes.front();
  return result;
}

TEST(PageData, HoldsEachMessageAndHowLongItWaited) {
  const comparison wanted = one_mode();
  const auto data =
      page_data(wanted, result_with(wanted, {delivered_at(ms(0), ms(25), 0), delivered_at(ms(10), ms(75), 1),
                                             delivered_at(ms(20), ms(75), 2), never_delivered(ms(30))}));
  const json& messages = data["courses"][0]["messages"];
  EXPECT_EQ(messages["due"], json({0.0, 10.0, 20.0, 30.0}));
  EXPECT_EQ(messages["took"], json({25.0, 65.0, 55.0, nullptr}));
  EXPECT_EQ(messages["waited"], json({0, 0, 30.0, 0}));
  EXPECT_EQ(data["courses"][0]["repetitions"], json::array({json::array({60.0, 1})}));
}

TEST(PageData, DrawsTheFirstOfManyMessages) {
  const comparison wanted = one_mode();
  std::vector<message_record> many(messages_drawn_max + 10, delivered_at(ms(0), ms(1), 0));
  for (std::size_t i = 0; i < many.size(); ++i) many[i].arrival = i;
  const auto data = page_data(wanted, result_with(wanted, many));
  EXPECT_EQ(data["courses"][0]["messages"]["due"].size(), messages_drawn_max);
  EXPECT_EQ(data["courses"][0]["figures"]["due"], static_cast<double>(many.size()));
}

TEST(PageData, PercentilesRise) {
  const comparison wanted = one_mode();
  std::vector<message_record> messages;
  for (int i = 0; i < 300; ++i) messages.push_back(delivered_at(ms(0), ms(i % 37), static_cast<std::uint64_t>(i)));
  const auto data = page_data(wanted, result_with(wanted, messages));
  const auto shares = data["courses"][0]["percentiles"]["shares"].get<std::vector<double>>();
  const auto values = data["courses"][0]["percentiles"]["ms"].get<std::vector<double>>();
  ASSERT_EQ(shares.size(), values.size());
  EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
  EXPECT_TRUE(std::is_sorted(values.begin(), values.end()));
  EXPECT_LT(shares.back(), 1);
  EXPECT_EQ(values.back(), 36);
}

TEST(PageData, ARowWithoutAGoodTrialHasNoPictures) {
  const comparison wanted = one_mode();
  comparison_result result{{backend_kind::tun, "a link"}, planned_courses(wanted, backend_kind::tun)};
  result.courses.front().failure = "no connection";
  const auto data = page_data(wanted, result);
  EXPECT_FALSE(data["courses"][0].contains("messages"));
  EXPECT_EQ(data["courses"][0]["failure"], "no connection");
}

TEST(Page, NothingInTheDataEndsItsElement) {
  const comparison wanted = one_mode();
  const std::string text = page(wanted, result_with(wanted, {delivered_at(ms(0), ms(25), 0)}), "/* the library */");
  EXPECT_EQ(text.find("</script><b>"), std::string::npos);
  EXPECT_NE(text.find("/* the library */"), std::string::npos);
  for (const char* place : {"/*STYLE*/", "/*LIBRARY*/", "/*SCRIPT*/", "\"DATA\""}) {
    EXPECT_EQ(text.find(place), std::string::npos) << place;
  }
}

}  // namespace
}  // namespace tern::compare
