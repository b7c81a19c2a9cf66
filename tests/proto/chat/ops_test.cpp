#include "proto/chat/ops.hpp"

#include <gtest/gtest.h>

namespace tern::proto::chat {
namespace {

wall_time at(std::int64_t milliseconds) { return wall_time{std::chrono::milliseconds{milliseconds}}; }

key_bytes key(std::uint8_t fill) {
  key_bytes value;
  value.fill(fill);
  return value;
}

std::vector<client_op> client_samples() {
  cursor place;
  place.log.fill(1);
  place.position = log_position{99};
  place.chain.fill(2);
  outbox_id outbox;
  outbox.fill(7);
  return {bind{destination_kind::room, "lobby", outbox, 5, at(1'700'000'000'000)},
          bind{destination_kind::own_inbox, "", outbox, 0, at(0)},
          bind{destination_kind::person_key, std::string(32, '\xf0'), outbox, 0, at(0)},
          say{1000, body_kind::text, {'h', 'i'}},
          say{1, body_kind::bytes, {}},
          join{place, true, 50},
          join{std::nullopt, false, 0},
          leave{},
          history{3, history_mode::between, log_position{4}, log_position{9}, 200},
          claim_name{"anna"},
          who{8},
          rooms{9},
          taken{log_position{14}},
          change{10, change_kind::topic, destination_kind::person_name, "", 0, "birds"},
          change{11, change_kind::ban, destination_kind::person_key, std::string(32, '\x11'), 3600, "noise"},
          change{12, change_kind::live, destination_kind::person_name, "", 1, ""}};
}

std::vector<relay_op> relay_samples() {
  log_id log;
  log.fill(3);
  chain_tag chain;
  chain.fill(4);
  return {bound{log, log_position{12}, "lobby"},
          committed{5, log_position{13}, at(1'700'000'000'001), true},
          refused{6, refusal::rate, std::chrono::milliseconds{250}, "slow down"},
          entry{log_position{14}, at(5), key(9), "anna", body_kind::text, chain, 0, {'h', 'i'}},
          presence{presence_change::renamed, "anna", key(1), "guest-1"},
          history_end{3, true},
          gap{log_position{1}, log_position{3}, 7},
          live{log_position{14}, {1, 2, 3, 4, 5, 6, 7, 8}, true},
          new_epoch{log, log_position{2}},
          named{"anna"},
          failed{1, refusal::no_such, std::chrono::milliseconds{0}, "no such room"},
          unbound{refusal::forbidden, std::chrono::milliseconds{0}, "no"},
          person{8, "bob", key(2)},
          room_info{9, "lobby", 2},
          list_end{9},
          delivered{log_position{14}},
          changed{11, change_kind::ban, "anna", key(1), "ben", key(2), 3600, "noise"},
          room_state{room_kind::moderated, room_role::member, "birds", true},
          relayed{6, log_position{14}, at(1'700'000'000'002), true}};
}

TEST(ChatOps, ClientOpsSurviveTheRoundTrip) {
  for (const client_op& op : client_samples()) {
    const auto decoded = decode_client_op(encode(op));
    ASSERT_TRUE(decoded) << op.index();
    EXPECT_TRUE(*decoded == op) << op.index();
  }
}

TEST(ChatOps, RelayOpsSurviveTheRoundTrip) {
  for (const relay_op& op : relay_samples()) {
    const auto decoded = decode_relay_op(encode(op));
    ASSERT_TRUE(decoded) << op.index();
    EXPECT_TRUE(*decoded == op) << op.index();
  }
}

// SAY and ENTRY end with a body, so a shorter body is another valid message.
bool has_open_end(std::uint8_t op) { return op == 0x02 || op == 0x44; }

TEST(ChatOps, TruncationIsNeverTakenForAnotherOp) {
  for (const client_op& op : client_samples()) {
    const bytes whole = encode(op);
    if (has_open_end(whole[0])) continue;
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(decode_client_op(byte_view{whole}.first(size))) << op.index() << " cut to " << size;
  }
  for (const relay_op& op : relay_samples()) {
    const bytes whole = encode(op);
    if (has_open_end(whole[0])) continue;
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(decode_relay_op(byte_view{whole}.first(size))) << op.index() << " cut to " << size;
  }
}

TEST(ChatOps, TrailingBytesAreRefused) {
  bytes message = encode(client_op{who{1}});
  message.push_back(0);
  EXPECT_EQ(decode_client_op(message).error(), op_error::trailing);
}

TEST(ChatOps, UnknownOpsAndValuesOutOfRangeAreRefused) {
  EXPECT_EQ(decode_client_op(bytes{0x3f}).error(), op_error::unknown);
  EXPECT_EQ(decode_relay_op(bytes{0x01}).error(), op_error::unknown);
  EXPECT_EQ(decode_client_op(bytes{0x02, 0x01, 0x02, 'x'}).error(), op_error::bad_value) << "body kind 2";
  EXPECT_EQ(decode_client_op(bytes{}).error(), op_error::truncated);
}

TEST(ChatOps, AKeyHas32OctetsAndTheInboxNoName) {
  EXPECT_EQ(decode_client_op(encode(bind{destination_kind::person_key, "short", {}, 0, at(0)})),
            tl::unexpected(op_error::bad_value));
  EXPECT_EQ(decode_client_op(encode(bind{destination_kind::own_inbox, "me", {}, 0, at(0)})),
            tl::unexpected(op_error::bad_value));
}

TEST(ChatOps, AChangeIsOfAPersonOrOfNobody) {
  for (const auto kind : {destination_kind::room, destination_kind::own_inbox}) {
    EXPECT_EQ(decode_client_op(encode(change{1, change_kind::kick, kind, "", 0, ""})),
              tl::unexpected(op_error::bad_value));
  }
  EXPECT_EQ(decode_client_op(encode(change{1, change_kind::kick, destination_kind::person_key, "short", 0, ""})),
            tl::unexpected(op_error::bad_value));
}

TEST(ChatOps, ANumberHasOneEncoding) {
  EXPECT_TRUE(decode_client_op(bytes{0x07, 0x05}));
  EXPECT_FALSE(decode_client_op(bytes{0x07, 0x40, 0x05}));
}

TEST(ChatOps, NamesBeyondTheLimitAreRefused) {
  const bytes message = encode(relay_op{named{std::string(33, 'a')}});
  EXPECT_EQ(decode_relay_op(message).error(), op_error::bad_value);
}

TEST(ChatOps, OverheadStaysWithinWhatIsPromised) {
  const bytes said = encode(client_op{say{std::uint64_t{1} << 60U, body_kind::text, {}}});
  EXPECT_LE(said.size(), say_overhead_max);
  entry widest;
  widest.position = log_position{std::uint64_t{1} << 60U};
  widest.request = std::uint64_t{1} << 60U;
  widest.time = at(std::int64_t{1} << 60U);
  widest.sender_name = std::string(32, 'a');
  EXPECT_LE(encode(relay_op{widest}).size(), entry_overhead_max);
}

}  // namespace
}  // namespace tern::proto::chat
