#include "cli/relay_chat/inbox_cursor.hpp"

#include "tests/cli/temporary_folder.hpp"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>

namespace tern::cli {
namespace {

proto::chat::cursor place(std::uint64_t position) {
  proto::chat::cursor result;
  result.log.fill(5);
  result.position = proto::log_position{position};
  return result;
}

class InboxCursorTest : public testing::Test {
 protected:
  proto::chat::cursor kept() { return inbox_cursor(folder_.path(), report_).start(owner_); }

  temporary_folder folder_;
  console out_;
  chat_report report_{out_};
  inbox_owner owner_;
  inbox_cursor cursor_{folder_.path(), report_};
};

TEST_F(InboxCursorTest, BeginsAtTheBeginningAndGoesOnWhereItWas) {
  EXPECT_EQ(cursor_.start(owner_), proto::chat::cursor{});
  cursor_.on_live(place(3));
  EXPECT_EQ(kept(), place(3));
  cursor_.on_shown(place(4));
  EXPECT_EQ(kept(), place(4));
}

TEST_F(InboxCursorTest, WhatWaitedIsKeptAtOnceWhenItIsThroughOrAtTheEnd) {
  cursor_.start(owner_);
  cursor_.on_shown(place(1));
  cursor_.on_shown(place(2));
  EXPECT_EQ(kept(), proto::chat::cursor{});
  cursor_.save();
  EXPECT_EQ(kept(), place(2));
}

TEST_F(InboxCursorTest, ARelayThatWasRestoredIsReadFromItsBeginning) {
  cursor_.start(owner_);
  cursor_.on_live(place(9));
  cursor_.on_new_log(place(0).log);
  cursor_.on_shown(place(1));
  cursor_.on_live(place(2));
  EXPECT_EQ(kept(), place(2));
}

TEST_F(InboxCursorTest, WhatIsWrongWithTheFileIsAWarningOnce) {
  std::ofstream(folder_.path() / "cursors") << "damaged\n";
  testing::internal::CaptureStderr();
  EXPECT_EQ(cursor_.start(owner_), proto::chat::cursor{});
  std::filesystem::remove_all(folder_.path());
  std::ofstream(folder_.path()) << "a file where the folder was";
  cursor_.on_live(place(3));
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("line 1 is damaged; private messages that were shown already may be shown again"),
            std::string::npos);
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  EXPECT_EQ(report_.outcome(), exit_code::done);
}

}  // namespace
}  // namespace tern::cli
