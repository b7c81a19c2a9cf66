// A conversation in datagrams: each line is one, and each that comes is a line, without a
// line end at its end. The peer's name may have several addresses. UDP does not connect,
// so only a refusal tells that nobody is at one: while nobody was heard, a refusal moves
// on to the next address, and what was said is said again.
#pragma once

#include "udp/plain/datagram_client.hpp"
#include "udp/plain/line_peer.hpp"

#include <deque>
#include <memory>
#include <vector>

namespace tern::udp {

class datagram_turns final : public line_peer {
 public:
  // How many lines are kept to be said again.
  static constexpr std::size_t repeated_lines_max = 16;

  // The error is that of the last address, where none can be sent to.
  static result<std::unique_ptr<datagram_turns>> open(const net::any_io_executor& executor,
                                                      std::vector<proto::address> remotes,
                                                      line_ending ending = line_ending::lf);

  const proto::address& local_address() const { return client_->local_address(); }
  const proto::address& remote_address() const { return client_->remote_address(); }

  net::awaitable<std::error_code> send_line(std::string line) override;
  net::awaitable<result<std::optional<std::string>>> receive_line() override;
  void end_sending() override {}

 private:
  datagram_turns(net::any_io_executor executor, std::vector<proto::address> remotes, line_ending ending)
      : executor_(std::move(executor)), remotes_(remotes.rbegin(), remotes.rend()), ending_(ending) {}
  std::error_code open_next();
  bool should_move_on(std::error_code error) const;
  net::awaitable<std::error_code> move_on();

  net::any_io_executor executor_;
  std::vector<proto::address> remotes_;  // those not tried yet, the next one last
  line_ending ending_;
  std::shared_ptr<datagram_client> client_;
  std::deque<std::string> said_;
  bool heard_ = false;
};

}  // namespace tern::udp
