// The kernel's TCP with a length before each message: one write a message while the
// kernel takes it.
#include "tools/compare/run/cpu_meter.hpp"
#include "tools/compare/run/schedule.hpp"
#include "tools/compare/run/side.hpp"
#include "tools/compare/run/tcp_framing.hpp"
#include "tools/compare/run/tcp_sender_connection.hpp"
#include "tools/compare/run/waiting.hpp"
#include "udp/clock.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>

namespace tern::compare {

namespace {

class tcp_sender {
 public:
  explicit tcp_sender(side_task& task)
      : work_{task.work}, shared_{task.shared}, due_{task.work, task.shared}, message_(task.work.message_bytes) {
    for (udp::descriptor& each : task.sockets) {
      connections_.emplace_back(std::move(each), task.how.congestion, task.target);
    }
  }

  void run() {
    while (!shared_.board().stop) {
      cpu_.look();
      if (!due_.has_started()) begin_when_connected();
      for (tcp_sender_connection& each : connections_) {
        if (each.has_waiting()) each.flush();
      }
      send_due();
      report();
      wait();
    }
    shared_.board().sender_cpu = cpu_.used().count();
  }

 private:
  void begin_when_connected() {
    const bool all =
        std::all_of(connections_.begin(), connections_.end(), [](auto& each) { return each.is_connected(); });
    if (!all) return;
    const auto now = udp::clock::now();
    due_.start(now, now - began_);
  }

  void send_due() {
    while (const auto number = due_.next_due(udp::clock::now())) {
      tcp_sender_connection& way = connections_[*number % connections_.size()];
      if (work_.is_saturating() && way.has_waiting()) return;
      write_number(message_, *number);
      const auto now = udp::clock::now();
      way.send(message_);
      due_.take(now);
      if (now - last_report_ >= report_every) report();
    }
    shared_.board().has_sent_all = due_.is_over();
  }

  void report() {
    if (!due_.has_started()) return;
    tcp_statistics sum;
    for (const tcp_sender_connection& each : connections_) sum += each.statistics();
    last_report_ = udp::clock::now();
    if (!before_) before_ = sum;
    if (sum.repeated_segments > repeated_) {
      shared_.on_repetitions(sum.repeated_segments - repeated_, last_report_);
      repeated_ = sum.repeated_segments;
    }
    shared_.board().wire_bytes = sum.wire_bytes - before_->wire_bytes;
  }

  void wait() {
    std::vector<pollfd> wanted;
    bool is_blocked = !due_.has_started();
    for (const tcp_sender_connection& each : connections_) {
      wanted.push_back(each.wanted());
      is_blocked = is_blocked || each.has_waiting();
    }
    const bool waits_for_room = is_blocked && work_.is_saturating();
    wait_for(wanted, waits_for_room ? std::nullopt : due_.next_deadline());
  }

  static constexpr duration report_every = std::chrono::milliseconds{5};
  const workload& work_;
  shared_trial& shared_;
  schedule due_;
  cpu_meter cpu_{shared_.board()};
  proto::bytes message_;
  std::vector<tcp_sender_connection> connections_;
  proto::time_point began_ = udp::clock::now();
  proto::time_point last_report_{};
  std::optional<tcp_statistics> before_;
  std::uint64_t repeated_ = 0;
};

struct incoming {
  udp::descriptor socket;
  tcp_unframer messages;
};

// False at the end of the stream.
bool receive_some(incoming& from, shared_trial& shared) {
  const auto space = from.messages.space();
  const auto got = ::recv(from.socket.get(), space.data(), space.size(), 0);
  if (got == 0) return false;
  if (got < 0) {
    if (errno == EAGAIN || errno == EINTR) return true;
    throw std::runtime_error("TCP recv: " + std::generic_category().message(errno));
  }
  const auto now = udp::clock::now();
  from.messages.on_received(static_cast<std::size_t>(got));
  while (const auto message = from.messages.next()) shared.on_delivered(read_number(*message), now);
  return true;
}

}  // namespace

void send_raw_tcp(side_task task) { tcp_sender{task}.run(); }

void receive_raw_tcp(side_task task) {
  const udp::descriptor& listening = task.sockets.at(0);
  std::vector<incoming> connections;
  cpu_meter cpu{task.shared.board()};
  task.shared.board().is_ready = true;
  while (!task.shared.board().stop) {
    cpu.look();
    std::vector<pollfd> wanted{{listening.get(), POLLIN, 0}};
    for (const incoming& each : connections) wanted.push_back({each.socket.get(), POLLIN, 0});
    wait_for(wanted, std::nullopt);
    for (std::size_t i = connections.size(); i-- > 0;) {
      if (wanted[i + 1].revents == 0 || receive_some(connections[i], task.shared)) continue;
      connections.erase(connections.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (wanted[0].revents == 0) continue;
    udp::descriptor fresh{::accept4(listening.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (fresh.is_open()) connections.push_back({std::move(fresh), {}});
  }
  task.shared.board().receiver_cpu = cpu.used().count();
}

}  // namespace tern::compare
