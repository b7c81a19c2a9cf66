// The socket with real clients on the other side; the answers are the tests' own.
#include "relay/control/control_server.hpp"

#include "relay/control/control_socket.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace tern::relay {
namespace {

class ControlServer : public testing::Test {
 protected:
  ControlServer() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tern-control.XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    std::signal(SIGPIPE, SIG_IGN);
  }
  ~ControlServer() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  void serve(control_limits limits = {}) {
    auto listener = listen_for_control(folder_);
    ASSERT_TRUE(listener) << listener.error();
    const auto on_request = [this](const control_request& request, control_service::answer answer) {
      ++requests_;
      if (std::holds_alternative<verify_request>(request)) return held_.push_back(std::move(answer));
      answer("did " + to_line(request));
    };
    const auto refusal = [](const std::string& why) { return "refused: " + why + '\n'; };
    server_ = std::make_unique<control_server>(context_.get_executor(), folder_, std::move(*listener),
                                               control_service{limits, on_request, refusal});
  }
  udp::descriptor connect() {
    auto connection = connect_for_control(folder_);
    EXPECT_TRUE(connection) << connection.error().what;
    ::fcntl(connection->get(), F_SETFL, O_NONBLOCK);
    return std::move(*connection);
  }
  void send(const udp::descriptor& to, std::string_view text) {
    for (int tries = 0; !text.empty() && tries < 10'000; ++tries) {
      const ssize_t sent = ::send(to.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
      run();
    }
  }
  void run() { context_.run_one_for(std::chrono::milliseconds{1}); }
  template <class Condition>
  bool until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!condition() && std::chrono::steady_clock::now() < end) run();
    return condition();
  }
  // Up to the end of a line; what there was where it was closed before.
  std::string line_from(const udp::descriptor& from) {
    std::string line;
    until([&] {
      char letter = 0;
      ssize_t size = 0;
      while (!line.ends_with('\n') && (size = ::read(from.get(), &letter, 1)) > 0) line += letter;
      return line.ends_with('\n') || size == 0 || (size < 0 && errno != EAGAIN);
    });
    return line;
  }
  bool is_closed_in_time(const udp::descriptor& by_server) { return line_from(by_server).empty(); }

  net::io_context context_;
  std::filesystem::path folder_;
  int requests_ = 0;
  std::vector<control_service::answer> held_;
  std::unique_ptr<control_server> server_;
};

TEST_F(ControlServer, AnswersOneLineAfterTheOther) {
  serve();
  const auto client = connect();
  send(client, "stats\nbackup /some where\nsta");
  EXPECT_EQ(line_from(client), "did stats\n");
  EXPECT_EQ(line_from(client), "did backup /some where\n");
  send(client, "ts\n");
  EXPECT_EQ(line_from(client), "did stats\n");
}

TEST_F(ControlServer, RefusesWhatIsNoRequestAndGoesOn) {
  serve();
  const auto client = connect();
  send(client, "GET / HTTP/1.1\r\nstats\n");
  EXPECT_TRUE(line_from(client).starts_with("refused: "));
  EXPECT_EQ(line_from(client), "did stats\n");
}

TEST_F(ControlServer, AnswersLaterWhereAnAnswerTakesLong) {
  serve({.request_patience = std::chrono::milliseconds{50}});
  const auto client = connect();
  send(client, "verify\n");
  ASSERT_TRUE(until([&] { return held_.size() == 1; }));
  const auto other = connect();
  send(other, "stats\n");
  EXPECT_EQ(line_from(other), "did stats\n") << "nobody waits for it";
  context_.run_for(std::chrono::milliseconds{100});
  held_[0]("at last\n");
  EXPECT_EQ(line_from(client), "at last\n");
}

TEST_F(ControlServer, ClosesWhoSaysTooMuchOrNothing) {
  serve({.request_patience = std::chrono::milliseconds{50}});
  const auto silent = connect();
  const auto half = connect();
  send(half, "sta");
  EXPECT_TRUE(is_closed_in_time(silent));
  EXPECT_TRUE(is_closed_in_time(half));
  const auto endless = connect();
  send(endless, std::string(control_request_bytes_max + 5'000, 'x'));
  EXPECT_TRUE(is_closed_in_time(endless));
  EXPECT_EQ(requests_, 0);
}

TEST_F(ControlServer, ClosesWhoTakesNoAnswers) {
  serve({.answer_patience = std::chrono::milliseconds{50}});
  const auto client = connect();
  send(client, "verify\n");
  ASSERT_TRUE(until([&] { return held_.size() == 1; }));
  held_[0](std::string(std::size_t{8} << 20U, 'x') + '\n');
  EXPECT_TRUE(until([&] { return server_->connection_count() == 0; }));
}

TEST_F(ControlServer, HoldsNoMoreConnectionsThanItMay) {
  serve({.connections_max = 2});
  const auto one = connect();
  const auto two = connect();
  send(one, "stats\n");
  EXPECT_EQ(line_from(one), "did stats\n");
  ASSERT_TRUE(until([&] { return server_->connection_count() == 2; }));
  const auto three = connect();
  send(three, "stats\n");
  send(two, "stats\n");
  EXPECT_EQ(line_from(two), "did stats\n");
  EXPECT_EQ(server_->connection_count(), 2U);
  ::shutdown(one.get(), SHUT_RDWR);
  EXPECT_EQ(line_from(three), "did stats\n") << "it had waited in line";
}

TEST_F(ControlServer, GivesTheAnswerOfWhoHungUpToNobody) {
  serve();
  {
    const auto client = connect();
    send(client, "verify\n");
    ASSERT_TRUE(until([&] { return held_.size() == 1; }));
  }
  held_[0]("too late\n");
  EXPECT_TRUE(until([&] { return server_->connection_count() == 0; }));
}

TEST_F(ControlServer, MayEndBeforeAnAnswer) {
  serve();
  const auto client = connect();
  send(client, "verify\n");
  ASSERT_TRUE(until([&] { return held_.size() == 1; }));
  server_.reset();
  held_[0]("too late\n");
  EXPECT_TRUE(is_closed_in_time(client));
  EXPECT_FALSE(std::filesystem::exists(control_socket_path(folder_)));
}

TEST_F(ControlServer, IsForItsOwnerAlone) {
  serve();
  struct ::stat found {};
  ASSERT_EQ(::stat(control_socket_path(folder_).c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(ControlServer, TakesThePlaceOfOneThatDied) {
  // Its listener is closed, its socket is left.
  ASSERT_TRUE(listen_for_control(folder_));
  ASSERT_TRUE(std::filesystem::exists(control_socket_path(folder_)));
  const auto nobody = connect_for_control(folder_);
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().problem, control_problem::not_running);
  serve();
  const auto client = connect();
  send(client, "stats\n");
  EXPECT_EQ(line_from(client), "did stats\n");
}

TEST_F(ControlServer, LeavesAFileThatIsInItsWay) {
  std::ofstream{control_socket_path(folder_)} << "mine";
  const auto refused = listen_for_control(folder_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("in the way"), std::string::npos) << refused.error();
  EXPECT_EQ(std::filesystem::file_size(control_socket_path(folder_)), 4U);
}

TEST_F(ControlServer, SaysThatAPathIsTooLongForASocket) {
  const auto deep = folder_ / std::string(100, 'x');
  std::filesystem::create_directory(deep);
  const auto refused = listen_for_control(deep);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("--data"), std::string::npos) << refused.error();
  const auto unreachable = connect_for_control(deep);
  ASSERT_FALSE(unreachable);
  EXPECT_EQ(unreachable.error().problem, control_problem::unusable);
}

}  // namespace
}  // namespace tern::relay
