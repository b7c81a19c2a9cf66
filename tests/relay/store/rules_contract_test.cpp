#include "tests/relay/store/store_case.hpp"

namespace tern::relay {
namespace {

rules_request rules_of_lobby(room_kind kind, std::string topic, std::vector<right_record> changed = {}) {
  return {.tag = request_tag{7},
          .log = lobby,
          .create = {},
          .kind = kind,
          .topic = std::move(topic),
          .changed = std::move(changed)};
}

right_record as_role(std::uint8_t who, room_role role) { return {key_of(who), {.role = role}}; }

new_log owned_lobby(std::uint8_t owner) {
  new_log wanted = room_called("lobby");
  wanted.owner = key_of(owner);
  return wanted;
}

class Rules : public StoreContract {
 protected:
  room_rules stored_rules() {
    disk_->restart();
    const auto all = current().snapshot()->rules;
    EXPECT_LE(all.size(), 1U);
    return all.empty() ? room_rules{} : all.front().rules;
  }
};

TEST_P(Rules, OfALogAreWhatWasSaidLast) {
  commit(say(0));
  const right_record banned{key_of(3), {.banned_until = noon + std::chrono::hours{1}}};
  const auto result =
      current().change_rules(rules_of_lobby(room_kind::moderated, "birds", {as_role(2, room_role::moderator), banned}));
  EXPECT_TRUE(result.stored);
  EXPECT_EQ(result.tag, request_tag{7});
  current().change_rules(rules_of_lobby(room_kind::invite_only, "terns", {as_role(2, room_role::member)}));
  const room_rules expected{room_kind::invite_only, "terns", {as_role(2, room_role::member), banned}};
  EXPECT_EQ(stored_rules(), expected);
}

TEST_P(Rules, SayThatARoomIsLive) {
  rules_request request = rules_of_lobby(room_kind::moderated, "birds");
  request.create = owned_lobby(1);
  request.live = true;
  EXPECT_TRUE(current().change_rules(request).stored);
  EXPECT_TRUE(stored_rules().live);
}

TEST_P(Rules, ForgetARightThatIsNone) {
  commit(say(0));
  current().change_rules(rules_of_lobby(room_kind::open, "", {as_role(2, room_role::member)}));
  current().change_rules(rules_of_lobby(room_kind::open, "", {as_role(2, room_role::none)}));
  EXPECT_EQ(stored_rules(), room_rules{});
}

TEST_P(Rules, BeginWithTheOwnerOfANewLog) {
  append_request first = say(0);
  first.create = owned_lobby(1);
  append_request second = say(1);
  second.create = owned_lobby(2);  // asked for before the first was known
  current().commit(std::vector{first, second});
  EXPECT_EQ(stored_rules().rights, std::vector{as_role(1, room_role::owner)});
}

TEST_P(Rules, MakeALogBeforeItsFirstMessage) {
  EXPECT_FALSE(current().change_rules(rules_of_lobby(room_kind::open, "no such log")).stored);
  rules_request request = rules_of_lobby(room_kind::invite_only, "", {as_role(2, room_role::member)});
  request.create = owned_lobby(1);
  EXPECT_TRUE(current().change_rules(request).stored);
  disk_->restart();
  ASSERT_EQ(current().snapshot()->logs.size(), 1U);
  EXPECT_EQ(current().snapshot()->logs.front().head, log_position{0});
  append_request first = say(0);
  first.create = owned_lobby(3);  // asked for in ignorance
  EXPECT_EQ(commit(first).position, log_position{1});
  const std::vector expected{as_role(1, room_role::owner), as_role(2, room_role::member)};
  EXPECT_EQ(stored_rules().rights, expected);
}

TEST_P(Rules, AreNotStoredWithoutSpace) {
  commit(say(0));
  disk_->set_disk_full(true);
  EXPECT_FALSE(current().change_rules(rules_of_lobby(room_kind::open, std::string(100'000, 'x'))).stored);
  disk_->set_disk_full(false);
  EXPECT_TRUE(current().change_rules(rules_of_lobby(room_kind::open, "birds")).stored);
  EXPECT_EQ(stored_rules().topic, "birds");
}

INSTANTIATE_TEST_SUITE_P(Each, Rules, testing::Values(sqlite_kind(), memory_kind()),
                         [](const testing::TestParamInfo<store_kind>& of) { return std::string{of.param.name}; });

}  // namespace
}  // namespace tern::relay
