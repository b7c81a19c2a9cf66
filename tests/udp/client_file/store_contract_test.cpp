// What every client_store promises, for the one in memory and the one in a file.
#include "tests/cli/temporary_folder.hpp"
#include "tests/udp/client/memory_store.hpp"
#include "udp/client_file/client_file.hpp"

#include <gtest/gtest.h>

namespace tern {
namespace {

using namespace proto::chat;

const destination lobby = destination::room("lobby");
const destination garden = destination::room("garden");

struct memory_kind {
  std::shared_ptr<udp::memory_disk> disk = std::make_shared<udp::memory_disk>();
  std::unique_ptr<client_store> make() const { return std::make_unique<udp::memory_store>(disk); }
};
struct file_kind {
  cli::temporary_folder folder;
  std::unique_ptr<client_store> make() const {
    return std::make_unique<client_file>(folder.path() / "some" / "where" / "client.db");
  }
};

kept_message said(std::uint64_t counter, std::string_view text = "hello") {
  return {counter,
          body_kind::bytes,
          {text.begin(), text.end()},
          proto::wall_time{std::chrono::milliseconds{5}},
          proto::wall_time{std::chrono::milliseconds{7}}};
}
store_change kept(outbox_id key, std::uint64_t counter, const destination& to = lobby,
                  std::string_view text = "hello") {
  return outbox_change{message_kept{key, key, to, said(counter, text), message_id{1}}};
}
store_change forgotten(outbox_id key, std::uint64_t counter) { return outbox_change{message_forgotten{key, counter}}; }
cursor place_at(std::uint64_t position, std::uint8_t log = 1) { return {{log}, proto::log_position{position}, {3}}; }

template <class Kind>
class ClientStore : public testing::Test {
 protected:
  std::unique_ptr<client_store> open(std::uint8_t relay = 1, std::uint8_t self = 1) {
    auto store = kind.make();
    store_owner owner;
    owner.relay.octets.fill(relay);
    owner.self.fill(self);
    const auto opened = store->open(owner);
    EXPECT_TRUE(opened) << opened.error().text;
    return store;
  }
  static void apply(client_store& to, std::vector<store_change> changes) {
    const auto done = to.apply(changes);
    EXPECT_TRUE(done) << done.error().text;
  }
  static std::vector<kept_outbox> take_over(client_store& by, client_store::room most = {}) {
    auto left = by.take_over(most);
    EXPECT_TRUE(left) << left.error().text;
    return left.value_or(std::vector<kept_outbox>{});
  }

  Kind kind;
};
using kinds = testing::Types<memory_kind, file_kind>;
TYPED_TEST_SUITE(ClientStore, kinds);

TYPED_TEST(ClientStore, WhatAClientLeftIsTheNextOnes) {
  auto first = this->open();
  EXPECT_TRUE(this->take_over(*first).empty());
  this->apply(*first, {kept({1}, 0), kept({1}, 1, lobby, ""), kept({1}, 2), kept({2}, 0, garden)});
  this->apply(*first, {forgotten({1}, 0)});
  first.reset();
  auto second = this->open();
  const auto left = this->take_over(*second);
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0], (kept_outbox{{1}, {1}, lobby, {said(1, ""), said(2)}}));
  EXPECT_EQ(left[1], (kept_outbox{{2}, {2}, garden, {said(0)}}));
  EXPECT_TRUE(this->take_over(*second).empty()) << "once";
}

TYPED_TEST(ClientStore, WhatALivingClientHasIsItsOwn) {
  auto first = this->open();
  this->apply(*first, {kept({1}, 0)});
  auto second = this->open();
  EXPECT_TRUE(this->take_over(*second).empty());
  EXPECT_TRUE(this->take_over(*first).empty());
  first.reset();
  auto third = this->open();
  EXPECT_EQ(this->take_over(*third).size(), 1U);
  EXPECT_TRUE(this->take_over(*second).empty()) << "the third one has it";
  third.reset();
  EXPECT_EQ(this->take_over(*second).size(), 1U);
}

TYPED_TEST(ClientStore, AnOrderlyEndLeavesWhatIsUndecided) {
  auto first = this->open();
  this->apply(*first, {kept({1}, 0), kept({2}, 0, garden), forgotten({2}, 0)});
  first->close();
  auto second = this->open();
  const auto left = this->take_over(*second);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].key, outbox_id{1});
  this->apply(*second, {forgotten({1}, 0)});
  second->close();
  EXPECT_TRUE(this->take_over(*this->open()).empty());
}

TYPED_TEST(ClientStore, ARelayAndAnIdentityHaveWhatIsTheirs) {
  auto first = this->open(1, 1);
  this->apply(*first, {kept({1}, 0), shown_place{lobby, place_at(4)}});
  first.reset();
  auto other_relay = this->open(2, 1);
  auto other_self = this->open(1, 2);
  for (client_store* each : {other_relay.get(), other_self.get()}) {
    EXPECT_TRUE(this->take_over(*each).empty());
    EXPECT_EQ(each->place_of(lobby).value(), std::nullopt);
  }
  EXPECT_EQ(this->take_over(*this->open(1, 1)).size(), 1U);
}

TYPED_TEST(ClientStore, ANewIdOutlivesTheClient) {
  auto first = this->open();
  this->apply(*first, {kept({1}, 0), outbox_change{outbox_renewed{{1}, {9}}}, kept({1}, 1)});
  first.reset();
  const auto left = this->take_over(*this->open());
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].key, outbox_id{1});
  EXPECT_EQ(left[0].id, outbox_id{9});
  EXPECT_EQ(left[0].messages.size(), 2U);
}

TYPED_TEST(ClientStore, WhatWouldNotFitStaysForTheNextOne) {
  auto first = this->open();
  this->apply(*first, {kept({3}, 0, lobby, "one"), kept({1}, 0, garden, "two"), kept({1}, 1, garden, "three")});
  this->apply(*first, {kept({2}, 0, lobby, "four")});
  first.reset();
  auto second = this->open();
  const auto left = this->take_over(*second, {.messages = 2});
  ASSERT_EQ(left.size(), 1U) << "whole ones, the oldest first";
  EXPECT_EQ(left[0].key, outbox_id{3});
  EXPECT_EQ(this->take_over(*this->open(), {.messages = 3, .bytes = 10}).size(), 1U);
  EXPECT_EQ(this->take_over(*this->open()).size(), 2U) << "the clients that had them are gone";
}

TYPED_TEST(ClientStore, APlaceGoesForwardOnly) {
  auto store = this->open();
  EXPECT_EQ(store->place_of(lobby).value(), std::nullopt);
  this->apply(*store, {shown_place{lobby, place_at(4)}, shown_place{garden, place_at(1)}});
  this->apply(*store, {shown_place{lobby, place_at(3)}});
  EXPECT_EQ(store->place_of(lobby).value(), place_at(4));
  EXPECT_EQ(store->place_of(garden).value(), place_at(1));
  this->apply(*store, {shown_place{lobby, place_at(2, 8)}});
  EXPECT_EQ(store->place_of(lobby).value(), place_at(2, 8)) << "another log";
  this->apply(*store, {shown_place{lobby, place_at(1, 8), true}});
  EXPECT_EQ(store->place_of(lobby).value(), place_at(1, 8)) << "the same log, begun anew";
  this->apply(*store, {shown_place{garden, std::nullopt}});
  EXPECT_EQ(store->place_of(garden).value(), std::nullopt);
  store.reset();
  EXPECT_EQ(this->open()->place_of(lobby).value(), place_at(1, 8));
}

TYPED_TEST(ClientStore, TheRelaysNextKeyHasAllThatTheLastOneHad) {
  auto first = this->open(1);
  this->apply(*first, {kept({1}, 0), shown_place{lobby, place_at(4)}, shown_place{garden, place_at(4)}});
  this->apply(*this->open(2), {shown_place{garden, place_at(9)}});
  proto::public_key next;
  next.octets.fill(2);
  this->apply(*first, {relay_renewed{next}});
  this->apply(*first, {kept({2}, 0)});
  EXPECT_EQ(first->place_of(lobby).value(), place_at(4));
  EXPECT_EQ(first->place_of(garden).value(), place_at(9)) << "of somebody who knew it already";
  first.reset();
  auto at_the_last = this->open(1);
  EXPECT_TRUE(this->take_over(*at_the_last).empty());
  EXPECT_EQ(at_the_last->place_of(garden).value(), std::nullopt);
  EXPECT_EQ(this->take_over(*this->open(2)).size(), 2U);
}

}  // namespace
}  // namespace tern
