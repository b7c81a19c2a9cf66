#include "cli/chat/known_people.hpp"

#include <gtest/gtest.h>

namespace tern::cli {
namespace {

using proto::chat::presence_change;

const auto lobby = proto::chat::destination::room("lobby");

proto::chat::key_bytes key(std::size_t number) {
  proto::chat::key_bytes result{};
  result[0] = static_cast<std::uint8_t>(number);
  result[1] = static_cast<std::uint8_t>(number >> 8U);
  return result;
}

proto::chat::presence change(presence_change what, std::size_t who) { return {what, "", key(who), ""}; }

TEST(KnownPeople, WhoWasListedIsNotAnnouncedAgain) {
  known_people people;
  people.on_listed(lobby, {{0, "bo", key(1)}});
  EXPECT_FALSE(people.on_change(lobby, change(presence_change::here, 1)));
  EXPECT_TRUE(people.on_change(lobby, change(presence_change::here, 2)));
  EXPECT_TRUE(people.on_change(proto::chat::destination::room("other"), change(presence_change::here, 1)));
}

TEST(KnownPeople, WhoLeftAndComesBackIsAnnounced) {
  known_people people;
  EXPECT_TRUE(people.on_change(lobby, change(presence_change::joined, 1)));
  EXPECT_FALSE(people.on_change(lobby, change(presence_change::here, 1))) << "after a lost connection";
  EXPECT_TRUE(people.on_change(lobby, change(presence_change::left, 1)));
  EXPECT_TRUE(people.on_change(lobby, change(presence_change::joined, 1)));
}

TEST(KnownPeople, ARoomLeftIsForgotten) {
  known_people people;
  people.on_listed(lobby, {{0, "bo", key(1)}});
  people.on_left(lobby);
  EXPECT_TRUE(people.on_change(lobby, change(presence_change::here, 1)));
}

TEST(KnownPeople, ACrowdIsKeptUpToTheMaximum) {
  known_people people;
  for (std::size_t i = 0; i < known_people::room_max; ++i) {
    EXPECT_TRUE(people.on_change(lobby, change(presence_change::here, i)));
  }
  EXPECT_FALSE(people.on_change(lobby, change(presence_change::here, 1)));
  EXPECT_TRUE(people.on_change(lobby, change(presence_change::here, known_people::room_max)));
  EXPECT_TRUE(people.on_change(lobby, change(presence_change::here, known_people::room_max)));
}

}  // namespace
}  // namespace tern::cli
