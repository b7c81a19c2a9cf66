// tern itself: proto::endpoint and udp::driver, as relay and client use them, over datagrams or
// one stream. Every packet is sealed; on datagrams it is acknowledged and paced too.
#include "proto/endpoint.hpp"
#include "tools/compare/run/cpu_meter.hpp"
#include "tools/compare/run/schedule.hpp"
#include "tools/compare/run/side.hpp"
#include "tools/compare/run/tcp_sender_connection.hpp"
#include "tools/compare/run/tcp_statistics.hpp"
#include "tools/compare/run/waiting.hpp"
#include "udp/clock.hpp"
#include "udp/driver.hpp"
#include "udp/system_entropy.hpp"

#include <algorithm>
#include <fcntl.h>
#include <optional>
#include <stdexcept>

namespace tern::compare {

namespace {

// An endpoint with its driver and one socket, until the board says stop.
class station : public udp::driver_owner {
 public:
  station(side_task& task, proto::endpoint_config config)
      : work_{task.work},
        shared_{task.shared},
        endpoint_{std::move(config), source_, udp::clock::now()},
        driver_{io_.get_executor(), endpoint_, *this} {}

  duration run() {
    driver_.wake();
    io_.run();
    return cpu_.used();
  }

  void on_unreachable(proto::time_point, const udp::unreachable_report&) override {}
  std::optional<proto::time_point> next_deadline() override { return look_at_; }
  void on_turn(proto::time_point now) override {
    cpu_.look();
    if (now >= look_at_) look_at_ = now + look_again;
    if (shared_.board().stop) return io_.stop();
    work(now);
  }

 protected:
  void add_datagram_socket(udp::descriptor bound) {
    auto socket = udp::udp_socket::adopt(std::move(bound));
    if (!socket) throw std::runtime_error("UDP socket: " + socket.error().message());
    driver_.add_socket(std::move(*socket));
  }

  virtual void work(proto::time_point now) = 0;
  static void check(const proto::endpoint_event& event) {
    if (const auto* over = std::get_if<proto::closed>(&event)) {
      throw std::runtime_error("tern's connection is over: " + (over->reason.empty() ? "no answer" : over->reason));
    }
  }

  const workload& work_;
  shared_trial& shared_;
  udp::system_entropy source_;
  net::io_context io_;
  proto::endpoint endpoint_;
  udp::driver driver_;

 private:
  cpu_meter cpu_{shared_.board()};
  proto::time_point look_at_ = udp::clock::now();
};

class receiving_station final : public station {
 public:
  receiving_station(side_task& task, std::shared_ptr<const proto::x25519_keypair> key)
      : station{task, config_with(key)} {
    if (is_tcp(task.how.how)) {
      add_listener(std::move(task.sockets.at(0)));
    } else {
      add_datagram_socket(std::move(task.sockets.at(0)));
    }
    shared_.board().key = key->public_part().octets;
    shared_.board().is_ready = true;
  }

  void on_event(proto::time_point now, proto::endpoint_event event) override {
    check(event);
    const auto* ready = std::get_if<proto::readable>(&event);
    if (ready == nullptr) return;
    while (const auto message = endpoint_.receive(ready->connection, now)) {
      shared_.on_delivered(read_number(message->payload), udp::clock::now());
    }
  }

 protected:
  void work(proto::time_point) override { shared_.board().receiver_drops = driver_.counters().receive_drops; }

 private:
  void add_listener(udp::descriptor listening) {
    auto listener = udp::stream_listener::adopt(std::move(listening));
    if (!listener) throw std::runtime_error("TCP socket: " + listener.error().message());
    driver_.add_stream_listener(std::move(*listener));
  }
  static proto::endpoint_config config_with(std::shared_ptr<const proto::x25519_keypair> key) {
    proto::endpoint_config config;
    config.relay_key = std::move(key);
    return config;
  }
};

class sending_station final : public station {
 public:
  explicit sending_station(side_task& task)
      : station{task, {}}, delivery_{task.how.delivery}, due_{task.work, task.shared}, began_{udp::clock::now()} {
    proto::connect_options options;
    options.relay_key = proto::public_key{shared_.board().key};
    options.self = std::make_shared<const proto::identity>(proto::identity::draw(source_));
    if (is_tcp(task.how.how)) {
      connect_stream(task, options);
    } else {
      connect_datagrams(task, options);
    }
  }

  void on_event(proto::time_point now, proto::endpoint_event event) override {
    check(event);
    if (std::holds_alternative<proto::connected>(event)) due_.start(now, now - began_);
  }

  std::optional<proto::time_point> next_deadline() override {
    const auto look = station::next_deadline();
    const auto due = due_.next_deadline();
    return due && look ? std::min(*due, *look) : look;
  }

 protected:
  void work(proto::time_point now) override {
    if (!due_.has_started()) return;
    send_due(now);
    report(now);
  }

 private:
  // A saturating sender keeps this much queued, so that a packet never waits for messages.
  static constexpr std::uint64_t queued_bytes_wanted = 256U << 10U;

  void send_due(proto::time_point now) {
    std::uint64_t queued = endpoint_.queued_bytes(connection_);
    while (const auto number = due_.next_due(now)) {
      if (work_.is_saturating() && queued >= queued_bytes_wanted) return;
      proto::bytes message(work_.message_bytes);
      write_number(message, *number);
      const proto::lane_id lane{1 + *number % work_.lanes, proto::priority::interactive, delivery_};
      if (!endpoint_.send(connection_, lane, std::move(message), {}, now)) return;
      due_.take(udp::clock::now());
      queued += work_.message_bytes;
    }
  }

  void connect_datagrams(side_task& task, const proto::connect_options& options) {
    add_datagram_socket(std::move(task.sockets.at(0)));
    connection_ = endpoint_.connect(began_, {task.target, 0}, options);
  }
  void connect_stream(side_task& task, const proto::connect_options& options) {
    udp::descriptor& made = task.sockets.at(0);
    use_congestion_control(made, task.how.congestion);
    kernel_ = udp::descriptor{::fcntl(made.get(), F_DUPFD_CLOEXEC, 0)};
    connection_ = endpoint_.connect_stream(began_, {task.target, 0}, options);
    driver_.open_stream(connection_, task.target, std::move(made));
  }

  void report(proto::time_point now) {
    shared_.board().has_sent_all = due_.is_over() && endpoint_.queued_bytes(connection_) == 0;
    shared_.board().sender_drops = driver_.counters().receive_drops;
    if (kernel_.is_open()) return report_stream(now);
    const auto statistics = endpoint_.statistics(connection_);
    if (statistics) report_repeated(now, statistics->packets_lost + statistics->probes_sent);
  }
  void report_stream(proto::time_point now) {
    const tcp_statistics seen = read_tcp_statistics(kernel_.get());
    if (now < schedule_start() || !wire_bytes_before_) wire_bytes_before_ = seen.wire_bytes;
    shared_.board().wire_bytes = seen.wire_bytes - *wire_bytes_before_;
    report_repeated(now, seen.repeated_segments);
  }
  void report_repeated(proto::time_point now, std::uint64_t repeated) {
    // What the handshake needed is not the messages' doing.
    if (now < schedule_start()) {
      repeated_ = repeated;
    } else if (repeated > repeated_) {
      shared_.on_repetitions(repeated - repeated_, now);
      repeated_ = repeated;
    }
  }

  proto::time_point schedule_start() const { return proto::time_point{duration{shared_.board().start.load()}}; }

  proto::delivery delivery_;
  schedule due_;
  proto::time_point began_;
  proto::connection_handle connection_;
  std::uint64_t repeated_ = 0;
  udp::descriptor kernel_;  // the stream's socket once more: what the kernel counts of it
  std::optional<std::uint64_t> wire_bytes_before_;
};

}  // namespace

void send_tern(side_task task) {
  sending_station here{task};
  task.shared.board().sender_cpu = here.run().count();
}

void receive_tern(side_task task) {
  udp::system_entropy source;
  const auto key = std::make_shared<const proto::x25519_keypair>(proto::x25519_keypair::draw(source));
  receiving_station here{task, key};
  task.shared.board().receiver_cpu = here.run().count();
}

}  // namespace tern::compare
