#include "cli/chat/room_news.hpp"

#include <gtest/gtest.h>

namespace tern::cli {
namespace {

using namespace proto::chat;

const destination den = destination::room("den");

changed ann_did(change_kind what, std::uint64_t value = 0, std::string text = {}) {
  changed done{.what = what, .by_name = "ann", .value = value, .text = std::move(text)};
  if (is_about_someone(what)) done.who_name = "bo";
  return done;
}

TEST(RoomNews, TellWhoDidWhatToWhom) {
  EXPECT_EQ(change_line_text(den, ann_did(change_kind::topic, 0, "birds")), "den: ann set the topic: birds");
  EXPECT_EQ(change_line_text(den, ann_did(change_kind::topic)), "den: ann took the topic away");
  EXPECT_EQ(change_line_text(den, ann_did(change_kind::kind, 1)), "den: ann made the room invite-only");
  EXPECT_EQ(change_line_text(den, ann_did(change_kind::role, 2)), "den: ann made bo moderator");
  EXPECT_EQ(change_line_text(den, ann_did(change_kind::role, 0)), "den: ann took bo's role away");
  EXPECT_EQ(change_line_text(den, ann_did(change_kind::kick, 0, "noise")), "den: ann kicked bo out (noise)");
  EXPECT_EQ(change_line_text(den, ann_did(change_kind::ban)), "den: ann banned bo for good");
  EXPECT_EQ(change_line_text(den, ann_did(change_kind::unmute)), "den: ann lets bo speak again");
}

TEST(RoomNews, AreSafeForAScreenWhateverTheRelaySays) {
  EXPECT_EQ(change_line_text(den, ann_did(change_kind::topic, 0, "\x1b[2J")), "den: ann set the topic: \\x1b[2J");
  EXPECT_EQ(change_line_text(den, ann_did(change_kind::role, 99)), "den: ann made bo something else");
  EXPECT_EQ(change_line_text(den, ann_did(change_kind::ban, ~std::uint64_t{0})), "den: ann banned bo for good");
}

TEST(RoomNews, OfAnOrdinaryRoomThereAreNone) {
  EXPECT_EQ(room_state_text(den, {}), "");
  EXPECT_EQ(room_state_text(den, {.is_live = true}), "den is open, live: what is said there is not kept");
  EXPECT_EQ(room_state_text(den, {room_kind::moderated, room_role::owner, "birds"}),
            "den is moderated, you are owner; topic: birds");
}

TEST(RoomNews, AreRecordsForPrograms) {
  const auto record = change_record(den, ann_did(change_kind::ban, 60, "noise"));
  EXPECT_EQ(record["what"], "ban");
  EXPECT_EQ(record["by"], "ann");
  EXPECT_EQ(record["name"], "bo");
  EXPECT_EQ(record["seconds"], 60);
  EXPECT_EQ(record["reason"], "noise");
  EXPECT_EQ(room_state_record(den, {room_kind::open, room_role::none, "birds"})["topic"], "birds");
}

}  // namespace
}  // namespace tern::cli
