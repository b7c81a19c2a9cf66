// `tern-relay invite` beside a relay that is played by the test: it refuses, or says nothing of use.
#include "relay/control/control_socket.hpp"
#include "relay/server/invite_changes.hpp"
#include "tests/relay/server/child.hpp"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace tern::relay::testing {
namespace {

using ::testing::HasSubstr;

struct InviteCommand : ::testing::Test {
  int run(std::vector<std::string> words) {
    words.insert(words.begin(), {"invite", "--data", data.string()});
    child process{words};
    const int status = process.wait();
    output = process.output();
    return status;
  }
  int make(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--output", file.string(), "anna"});
    return run(std::move(more));
  }
  // Beside a relay that hears one request, and gives this answer, or hangs up.
  template <class Call>
  int beside(const std::string& answer, Call call) {
    const auto listener = listen_for_control(data);
    EXPECT_TRUE(listener) << listener.error();
    std::thread relay{[&] {
      constexpr int patience_ms = 10'000;
      ::pollfd waiting{listener->get(), POLLIN, 0};
      if (::poll(&waiting, 1, patience_ms) <= 0) return;
      const udp::descriptor client{::accept(listener->get(), nullptr, nullptr)};
      std::array<char, 4096> request{};
      EXPECT_GT(::read(client.get(), request.data(), request.size()), 0);
      EXPECT_EQ(::send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL), static_cast<ssize_t>(answer.size()));
    }};
    const int status = call();
    relay.join();
    return status;
  }
  std::size_t listed() { return read_invites(data / "invites")->all().size(); }

  scratch_folder folder;
  std::filesystem::path data = folder.path() / "relay";
  std::filesystem::path file = folder.path() / "anna.invite";
  std::string output;
};

TEST_F(InviteCommand, TellsMisuseFromWhatCannotBeDone) {
  EXPECT_EQ(run({"--no-such-option"}), 2);
  EXPECT_EQ(make({"--expires", "soon"}), 2);
  ASSERT_EQ(make(), 0) << output;
  EXPECT_EQ(make(), 1) << "the file is there: " << output;
  file = folder.path() / "no" / "such" / "folder";
  EXPECT_EQ(make(), 1) << output;
}

TEST_F(InviteCommand, LeavesNoFileOfAnInviteThatTheRelayRefuses) {
  ASSERT_EQ(run({"--list"}), 0) << output;
  EXPECT_EQ(beside("{\"ok\":false,\"error\":\"not now\"}\n", [this] { return make(); }), 1);
  EXPECT_THAT(output, HasSubstr("not now"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(InviteCommand, KeepsTheFileWhereTheRelayMayHaveAddedTheInvite) {
  ASSERT_EQ(run({"--list"}), 0) << output;
  for (const std::string answer : {"", "{\"ok\":true,\"id\":7}\n", "what?\n"}) {
    EXPECT_EQ(beside(answer, [this] { return make(); }), 1) << answer;
    EXPECT_THAT(output, HasSubstr("not known whether"));
    EXPECT_TRUE(std::filesystem::remove(file)) << answer;
  }
}

TEST_F(InviteCommand, RevokesInTheFileWhereTheRelayDoesNotAnswer) {
  ASSERT_EQ(make(), 0) << output;
  ASSERT_EQ(listed(), 1U);
  EXPECT_EQ(beside("", [this] { return run({"--revoke", "anna"}); }), 0) << output;
  EXPECT_THAT(output, HasSubstr("revoked"));
  EXPECT_EQ(listed(), 0U);
  EXPECT_EQ(beside("", [this] { return run({"--revoke", "anna"}); }), 1);
  EXPECT_THAT(output, AllOf(HasSubstr("hung up"), HasSubstr("no such invite")));
}

}  // namespace
}  // namespace tern::relay::testing
