#include "tests/relay/server/child.hpp"

#include "proto/seal/base64url.hpp"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace tern::relay::testing {

namespace {

constexpr int hang_ms = 20'000;  // only a hang takes as long

std::vector<std::string> with_defaults(const std::filesystem::path& data, std::vector<std::string> more,
                                       const std::string& at) {
  more.insert(more.begin(), {"--data", data.string(), "--listen", at});
  return more;
}

}  // namespace

scratch_folder::scratch_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "tern-relay-test.XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
  path_ = pattern;
}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

child::child(const std::vector<std::string>& arguments, const surroundings& around) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error{"pipe2"};
  from_ = udp::descriptor{ends[0]};
  const udp::descriptor to{ends[1]};
  std::vector<const char*> argv;
  for (const auto& word : around.before) argv.push_back(word.c_str());
  argv.push_back(TERN_RELAY);
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  argv.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error{"fork"};
  if (pid_ > 0) return;
  ::dup2(to.get(), STDOUT_FILENO);
  ::dup2(to.get(), STDERR_FILENO);
  for (const auto& [name, value] : around.variables) ::setenv(name.c_str(), value.c_str(), 1);
  ::execvp(argv[0], const_cast<char* const*>(argv.data()));
  ::_exit(127);
}

child::~child() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool child::read_more() {
  ::pollfd waiting{from_.get(), POLLIN, 0};
  if (::poll(&waiting, 1, hang_ms) <= 0) throw std::runtime_error{"the relay hangs; it said: " + output_};
  std::array<char, 4096> buffer{};
  const ssize_t size = ::read(from_.get(), buffer.data(), buffer.size());
  if (size <= 0) return false;
  output_.append(buffer.data(), static_cast<std::size_t>(size));
  return true;
}

bool child::wait_for(const std::string& text) {
  while (output_.find(text) == std::string::npos) {
    if (!read_more()) return false;
  }
  return true;
}

void child::signal(int number) const { ::kill(pid_, number); }

int child::wait() {
  while (read_more()) {
  }
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

running_relay::running_relay(const std::filesystem::path& data, std::vector<std::string> more, const std::string& at,
                             const surroundings& around)
    : process_(with_defaults(data, std::move(more), at), around) {
  if (!process_.wait_for("/lobby#") || !process_.wait_for("'\n")) {
    throw std::runtime_error{"the relay did not start: " + process_.output()};
  }
  const std::string& said = process_.output();
  const auto hash = said.find('#') + 1;
  key_.octets = *proto::array_from_base64url<32>(said.substr(hash, said.find('\'', hash) - hash));
  const std::string before_port = "tern://127.0.0.1:";
  const auto port = said.find(before_port) + before_port.size();
  address_ = proto::address::v4(127, 0, 0, 1, static_cast<std::uint16_t>(std::stoi(said.substr(port))));
}

}  // namespace tern::relay::testing
