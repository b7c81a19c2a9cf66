// A forked process of a test, with a pipe each way. It is killed with its owner.
#pragma once

#include <csignal>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace tern::relay {

// What the child sees.
class child_side {
 public:
  child_side(int from_parent, int to_parent) : from_parent_{from_parent}, to_parent_{to_parent} {}
  // Short enough to be written whole or not at all, whatever kills us.
  void tell(std::uint64_t value) {
    if (::write(to_parent_, &value, sizeof value) != sizeof value) ::_exit(1);
  }
  // Until the parent goes away.
  void wait() {
    char ignored = 0;
    while (::read(from_parent_, &ignored, 1) > 0) {
    }
  }

 private:
  int from_parent_;
  int to_parent_;
};

class child {
 public:
  // Precondition: this process has one thread.
  explicit child(const std::function<void(child_side&)>& work) {
    int down[2];
    int up[2];
    if (::pipe(down) != 0 || ::pipe(up) != 0) throw std::runtime_error{"no pipe"};
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(down[1]);
      ::close(up[0]);
      child_side side{down[0], up[1]};
      work(side);
      ::_exit(0);
    }
    ::close(down[0]);
    ::close(up[1]);
    to_child_ = down[1];
    from_child_ = up[0];
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child() {
    kill();
    ::close(to_child_);
    ::close(from_child_);
  }

  // What it told next; nothing once it is gone and everything has been heard.
  std::optional<std::uint64_t> hear() {
    std::uint64_t value = 0;
    if (::read(from_child_, &value, sizeof value) != sizeof value) return std::nullopt;
    return value;
  }
  // kill -9, and waits until it is gone.
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  ::pid_t pid_ = 0;
  int to_child_ = -1;
  int from_child_ = -1;
};

}  // namespace tern::relay
