#include "tools/bench/relay_program.hpp"

#include "proto/seal/base64url.hpp"
#include "tools/bench/system_call.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <unistd.h>

namespace tern::bench {

namespace {

constexpr std::chrono::milliseconds look_every{5};

std::string relay_program() {
  const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "tern-relay";
  if (!std::filesystem::exists(program)) throw std::runtime_error("there is no " + program.string());
  return program.string();
}

std::string new_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "tern-bench.XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder like " + pattern);
  return pattern;
}

// The line that it prints when it is up: tern chat 'tern://127.0.0.1:PORT/lobby#KEY'
bool read_line(const std::string& line, tally& shared) {
  const auto colon = line.find("127.0.0.1:");
  const auto hash = line.find('#');
  const auto end = line.rfind('\'');
  if (colon == std::string::npos || hash == std::string::npos || end <= hash) return false;
  const auto key = proto::array_from_base64url<32>(std::string_view{line}.substr(hash + 1, end - hash - 1));
  if (!key) return false;
  shared.key = *key;
  shared.port = static_cast<std::uint32_t>(std::strtoul(line.c_str() + colon + 10, nullptr, 10));
  return true;
}

// The watcher's whole life: tells where the relay is, stops it in the end, and removes its folder.
[[noreturn]] void watch(pid_t relay, descriptor output, const std::string& folder, tally& shared) {
  std::string line;
  char letter = 0;
  while (!line.ends_with('\n') && ::read(output.get(), &letter, 1) == 1) line += letter;
  read_line(line, shared);
  while (::getppid() == relay && !shared.stop_receiving) std::this_thread::sleep_for(look_every);
  if (::getppid() == relay) ::kill(relay, SIGTERM);
  while (::getppid() == relay) std::this_thread::sleep_for(look_every);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  ::_exit(0);
}

}  // namespace

void become_relay(const std::string& durability, tally& shared) {
  const std::string program = relay_program();
  const std::string folder = new_folder();
  int ends[2] = {-1, -1};
  checked(::pipe2(ends, O_CLOEXEC), "pipe");
  descriptor from_relay{ends[0]};
  const descriptor to_watcher{ends[1]};
  const pid_t relay = ::getpid();
  // The one that is measured is the relay, so it is the child that becomes the watcher.
  if (checked(::fork(), "fork") == 0) {
    ::close(ends[1]);
    watch(relay, std::move(from_relay), folder, shared);
  }
  ::dup2(to_watcher.get(), STDOUT_FILENO);
  // Where it listens is no business of who reads the table.
  const descriptor nowhere{static_cast<int>(checked(::open("/dev/null", O_WRONLY | O_CLOEXEC), "open /dev/null"))};
  ::dup2(nowhere.get(), STDERR_FILENO);
  ::execl(program.c_str(), program.c_str(), "--data", folder.c_str(), "--listen", "127.0.0.1:0", "--durability",
          durability.c_str(), "--log-level", "off", "--limit", "key-messages-rate=0", "--limit", "key-bytes-rate=0",
          "--limit", "room-messages-rate=0", "--limit", "prefix-guest-messages-rate=0", "--limit",
          "prefix-guest-bytes-rate=0", static_cast<char*>(nullptr));
  throw std::runtime_error("cannot run " + program);
}

}  // namespace tern::bench
