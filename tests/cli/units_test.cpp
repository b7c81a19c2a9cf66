#include "cli/units/units.hpp"

#include <gtest/gtest.h>

namespace tern::cli {
namespace {

using namespace std::chrono_literals;

TEST(Durations, AreReadWithTheirUnit) {
  EXPECT_EQ(parse_duration("25ms").value(), 25ms);
  EXPECT_EQ(parse_duration("1.5s").value(), 1500ms);
  EXPECT_EQ(parse_duration("2m").value(), 2min);
  EXPECT_EQ(parse_duration("100us").value(), 100us);
  EXPECT_EQ(parse_duration("1h").value(), 1h);
  EXPECT_EQ(parse_duration("0").value(), 0ns);
  EXPECT_EQ(parse_duration("0s").value(), 0ns);
}

TEST(Durations, WithoutUnitOrWithNonsenseAreRefused) {
  for (const char* text : {"", "5", "ms", "-5ms", "+5ms", "1e3s", "5 ms", "5msx", "1..5s", ".", ".s", "inf", "nan",
                           "99999999999999999999s", "366d", "0x10s", "5MS"}) {
    EXPECT_FALSE(parse_duration(text).has_value()) << text;
  }
  EXPECT_NE(parse_duration("5").error().find("'5' is not a duration"), std::string::npos);
  for (const char* text : {"366d", "99999999999999999999s"})
    EXPECT_EQ(parse_duration(text).error(), "'" + std::string(text) + "' is too long; 365d is the most");
}

TEST(Sizes, AreReadWithTheirUnit) {
  EXPECT_EQ(parse_size("64KiB").value(), 65536U);
  EXPECT_EQ(parse_size("1MB").value(), 1000000U);
  EXPECT_EQ(parse_size("12B").value(), 12U);
  EXPECT_EQ(parse_size("1.5KiB").value(), 1536U);
  EXPECT_FALSE(parse_size("64").has_value());
  EXPECT_FALSE(parse_size("64kb").has_value());
  EXPECT_FALSE(parse_size("99999999999GiB").has_value());
}

TEST(Rates, AreReadWithTheirUnit) {
  EXPECT_EQ(parse_rate("1Mbit").value(), 1'000'000U);
  EXPECT_EQ(parse_rate("64kbit/s").value(), 64'000U);
  EXPECT_EQ(parse_rate("2.5Gbit").value(), 2'500'000'000U);
  EXPECT_EQ(parse_rate("0").value(), 0U);
  EXPECT_FALSE(parse_rate("10").has_value());
  EXPECT_FALSE(parse_rate("10Mbps").has_value());
}

TEST(Shares, AreReadWithAPercentSign) {
  EXPECT_DOUBLE_EQ(parse_share("5%").value(), 0.05);
  EXPECT_DOUBLE_EQ(parse_share("0.1%").value(), 0.001);
  EXPECT_DOUBLE_EQ(parse_share("100%").value(), 1);
  EXPECT_FALSE(parse_share("101%").has_value());
  EXPECT_FALSE(parse_share("-1%").has_value());
  EXPECT_FALSE(parse_share("0.05").has_value());
}

TEST(Durations, ArePrintedShort) {
  EXPECT_EQ(format_duration(25300us), "25.3 ms");
  EXPECT_EQ(format_duration(25ms), "25 ms");
  EXPECT_EQ(format_duration(980us), "980 us");
  EXPECT_EQ(format_duration(1500ms), "1.5 s");
  EXPECT_EQ(format_duration(0ns), "0 ns");
  EXPECT_EQ(format_duration(90s), "1.5 min");
  EXPECT_EQ(format_duration(999800us), "1 s");
}

TEST(Sizes, ArePrintedShort) {
  EXPECT_EQ(format_size(812), "812 B");
  EXPECT_EQ(format_size(12 * 1024), "12 KiB");
  EXPECT_EQ(format_size(1536 * 1024), "1.5 MiB");
}

}  // namespace
}  // namespace tern::cli
