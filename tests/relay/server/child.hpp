// A tern-relay process of one test: started on a free loopback port with a folder of
// its own, stopped or killed by the test, gone at the end of it whatever happens.
#pragma once

#include "proto/address.hpp"
#include "proto/seal/keys.hpp"
#include "udp/descriptor.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tern::relay::testing {

// A folder that is removed with everything in it.
class scratch_folder {
 public:
  scratch_folder();
  ~scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// What a process is started in.
struct surroundings {
  std::vector<std::string> before{};                             // a command that becomes the relay
  std::vector<std::pair<std::string, std::string>> variables{};  // of the environment
};

class child {
 public:
  explicit child(const std::vector<std::string>& arguments, const surroundings& around = {});
  ~child();
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  // Waits until both streams together contain `text`. False if the process ended before.
  bool wait_for(const std::string& text);
  void signal(int number) const;
  pid_t id() const { return pid_; }
  // Waits for the end. The exit status, or 128 + signal.
  int wait();
  // Everything it has said so far, standard error included.
  const std::string& output() const { return output_; }
  // Waits for more of it. False: it has ended.
  bool read_more();

 private:
  pid_t pid_ = -1;
  udp::descriptor from_;
  std::string output_;
};

// A relay that is up.
class running_relay {
 public:
  explicit running_relay(const std::filesystem::path& data, std::vector<std::string> more = {},
                         const std::string& at = "127.0.0.1:0", const surroundings& around = {});

  child& process() { return process_; }
  const proto::address& address() const { return address_; }
  const proto::public_key& key() const { return key_; }

 private:
  child process_;
  proto::address address_;
  proto::public_key key_;
};

}  // namespace tern::relay::testing
