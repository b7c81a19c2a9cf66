// The real tern-relay with more TCP connections than it likes, while people talk.
#include "tests/relay/server/person.hpp"
#include "udp/descriptor.hpp"
#include "udp/socket_address.hpp"

#include <algorithm>
#include <array>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <vector>

namespace tern::relay::testing {
namespace {

using ::testing::HasSubstr;

// Connections that say nothing.
class crowd {
 public:
  explicit crowd(const proto::address& at) : at_(at, udp::socket_family::v4) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const ::rlimit wanted{before_.rlim_max, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &wanted);
  }
  ~crowd() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  crowd(const crowd&) = delete;
  crowd& operator=(const crowd&) = delete;

  void grow(int count) {
    for (int i = 0; i < count; ++i) {
      udp::descriptor one{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
      ASSERT_EQ(::connect(one.get(), at_.data(), at_.size()), 0) << i;
      all_.push_back(std::move(one));
    }
  }
  // Ends all of them, and waits until the relay has, too.
  void leave() {
    for (const auto& one : all_) ::shutdown(one.get(), SHUT_WR);
    for (const auto& one : all_) {
      ::pollfd until_closed{one.get(), POLLIN, 0};
      EXPECT_EQ(::poll(&until_closed, 1, 20'000), 1);
    }
    EXPECT_EQ(closed_count(), all_.size());
    all_.clear();
  }
  std::size_t closed_count() const { return count_reading(0); }
  std::size_t told_count() const { return count_reading(1); }

 private:
  // Those of whom the next read gives so much.
  std::size_t count_reading(ssize_t size) const {
    return static_cast<std::size_t>(std::count_if(all_.begin(), all_.end(), [size](const udp::descriptor& one) {
      char octet = 0;
      const auto got = ::recv(one.get(), &octet, 1, MSG_PEEK | MSG_DONTWAIT);
      return got == size || (size == 0 && got < 0 && errno == ECONNRESET);
    }));
  }

  udp::socket_address at_;
  ::rlimit before_{};
  std::vector<udp::descriptor> all_;
};

// Each says something, and the other gets it.
void talk(person& one, person& other, const std::string& text) {
  const auto heard = [](const person& by, const std::string& what) {
    return std::any_of(by.entries.begin(), by.entries.end(),
                       [&](const chat::entry& entry) { return proto::as_text(entry.body) == what; });
  };
  for (auto* speaker : {&one, &other}) {
    person& listener = speaker == &one ? other : one;
    const std::string what = text + (speaker == &one ? " there" : " back");
    const auto commits = speaker->commits.size();
    speaker->say("lobby", what);
    ASSERT_TRUE(speaker->until([&] { return speaker->commits.size() > commits; }));
    ASSERT_TRUE(listener.until([&] { return heard(listener, what); })) << what;
  }
}

void enter(person& newcomer) {
  newcomer.join("lobby", 10);
  ASSERT_TRUE(newcomer.until([&] { return newcomer.is_connected; }));
}

TEST(ManyStreams, AThousandThatSayNothingLeaveThoseWhoTalkAlone) {
  const scratch_folder data;
  running_relay relay{data.path()};
  person anna{1};
  anna.connect(relay);
  enter(anna);
  person ben{2};
  ben.connect_by_tcp(relay);
  enter(ben);
  // Until then ben, too, is one whose handshake is not done, and of an address with a crowd.
  ASSERT_NO_FATAL_FAILURE(talk(anna, ben, "first"));
  crowd strangers{relay.address()};
  for (int i = 0; i < 10; ++i) {
    ASSERT_NO_FATAL_FAILURE(strangers.grow(100));
    ASSERT_NO_FATAL_FAILURE(talk(anna, ben, std::to_string(i)));
  }
  person carl{3};
  carl.connect_by_tcp(relay);
  enter(carl);
  ASSERT_NO_FATAL_FAILURE(talk(carl, anna, "late"));
  EXPECT_EQ(strangers.told_count(), 0U);
  EXPECT_GE(strangers.closed_count(), 1000U - 8U);
  EXPECT_FALSE(ben.closed);
}

TEST(ManyStreams, WithFewDescriptorsTheyAreClosedWhileUdpGoesOn) {
  const scratch_folder data;
  running_relay relay{data.path(),
                      {"--limit", "prefix-half-open-streams=100"},
                      "127.0.0.1:0",
                      {.before = {"sh", "-c", "ulimit -n 32; exec \"$@\"", "sh"}}};
  person anna{1};
  anna.connect(relay);
  enter(anna);
  crowd strangers{relay.address()};
  ASSERT_NO_FATAL_FAILURE(strangers.grow(40));
  person ben{2};
  ben.connect(relay);
  enter(ben);
  ASSERT_NO_FATAL_FAILURE(talk(anna, ben, "by udp"));
  EXPECT_EQ(strangers.told_count(), 0U);
  EXPECT_GE(strangers.closed_count(), 20U);
  EXPECT_LT(strangers.closed_count(), 40U) << "some descriptors are left for streams";
  strangers.leave();
  person carl{3};
  carl.connect_by_tcp(relay);
  enter(carl);
  ASSERT_NO_FATAL_FAILURE(talk(anna, carl, "by tcp again"));
  relay.process().signal(SIGTERM);
  EXPECT_EQ(relay.process().wait(), 0);
  EXPECT_THAT(relay.process().output(), HasSubstr("what=streams-refused"));
}

}  // namespace
}  // namespace tern::relay::testing
