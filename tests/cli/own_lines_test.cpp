#include "cli/chat/own_lines.hpp"

#include <gtest/gtest.h>

namespace tern::cli {
namespace {

proto::chat::entry_received entry(std::uint64_t position, bool own) {
  proto::chat::entry_received result;
  result.message.position = proto::log_position{position};
  result.own = own;
  return result;
}

std::vector<std::uint64_t> shown(own_lines& lines) {
  std::vector<std::uint64_t> positions;
  while (const auto next = lines.poll()) positions.push_back(next->message.position.value);
  return positions;
}

using positions = std::vector<std::uint64_t>;

TEST(OwnLines, WhatWasSaidHereIsNotRepeated) {
  own_lines lines;
  lines.on_said();
  lines.on_decided(proto::log_position{2});
  lines.on_entry(entry(1, false));
  lines.on_entry(entry(2, true));
  lines.on_entry(entry(3, false));
  EXPECT_EQ(shown(lines), (positions{1, 3}));
}

TEST(OwnLines, TheSameKeyElsewhereIsShown) {
  own_lines lines;
  lines.on_entry(entry(1, true));
  EXPECT_EQ(shown(lines), positions{1});
}

TEST(OwnLines, WhileItIsUnclearEverythingWaitsSoThatTheOrderStays) {
  own_lines lines;
  lines.on_said();
  lines.on_entry(entry(1, true));
  lines.on_entry(entry(2, false));
  EXPECT_EQ(shown(lines), positions{});
  lines.on_decided(proto::log_position{1});
  EXPECT_EQ(shown(lines), positions{2});
}

TEST(OwnLines, ALaterReceiptMakesEarlierEntriesClear) {
  own_lines lines;
  lines.on_said();
  lines.on_said();
  lines.on_entry(entry(1, true));
  lines.on_decided(proto::log_position{2});
  EXPECT_EQ(shown(lines), positions{1});
  lines.on_entry(entry(2, true));
  EXPECT_EQ(shown(lines), positions{});
  EXPECT_EQ(shown(lines), positions{});
}

TEST(OwnLines, ARefusalMakesClearToo) {
  own_lines lines;
  lines.on_said();
  lines.on_entry(entry(1, true));
  lines.on_decided(std::nullopt);
  EXPECT_EQ(shown(lines), positions{1});
}

TEST(OwnLines, ANewLogBeginsItsPositionsAnew) {
  own_lines lines;
  lines.on_said();
  lines.on_decided(proto::log_position{9});
  lines.on_new_log();
  lines.on_said();
  lines.on_entry(entry(1, true));
  EXPECT_EQ(shown(lines), positions{});
  lines.on_decided(proto::log_position{1});
  EXPECT_EQ(shown(lines), positions{});
  lines.on_entry(entry(2, true));
  EXPECT_EQ(shown(lines), positions{2});
}

TEST(OwnLines, OthersCannotMakeMoreWaitThanTheMaximum) {
  own_lines lines;
  lines.on_said();
  lines.on_entry(entry(1, true));
  for (std::uint64_t i = 2; i <= own_lines::waiting_max; ++i) lines.on_entry(entry(i, false));
  EXPECT_EQ(shown(lines), positions{});
  lines.on_entry(entry(own_lines::waiting_max + 1, false));
  EXPECT_EQ(shown(lines).size(), own_lines::waiting_max + 1);
}

}  // namespace
}  // namespace tern::cli
