// Answers requests on the control socket: a line in, a line out, one after the other on
// each connection. Whoever is slow, silent or speaks something else is closed in time; the
// number of connections is bounded, and whoever comes then waits in line. Knows what a request looks like, not what it means.
#pragma once

#include "relay/control/control_request.hpp"
#include "udp/descriptor.hpp"
#include "udp/net.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tern::relay {

struct control_limits {
  std::size_t connections_max = 16;
  // For a whole request, from when it could begin.
  std::chrono::milliseconds request_patience{10'000};
  // For an answer to be taken.
  std::chrono::milliseconds answer_patience{10'000};
};

// What a connection needs of its server; outlives both.
struct control_service {
  // Takes one line, its end included. Called once, on the executor's thread, now or later.
  using answer = std::function<void(std::string line)>;

  control_limits limits;
  std::function<void(control_request, answer)> on_request;
  // The answer to what is no request, as a line.
  std::function<std::string(const std::string& why)> refusal;
};

class control_connection;

class control_server {
 public:
  // `listener`: of listen_for_control(`folder`).
  control_server(const net::any_io_executor& executor, std::filesystem::path folder, udp::descriptor listener,
                 control_service service);
  // Closes every connection and removes the socket. Answers may still come, to nobody.
  ~control_server();
  control_server(const control_server&) = delete;
  control_server& operator=(const control_server&) = delete;

  std::size_t connection_count();

 private:
  void wait_for_connection();
  void accept();
  void pause();

  std::filesystem::path folder_;
  asio::posix::stream_descriptor listener_;
  net::steady_timer pause_;
  std::shared_ptr<const control_service> service_;
  std::vector<std::shared_ptr<control_connection>> connections_;
};

}  // namespace tern::relay
