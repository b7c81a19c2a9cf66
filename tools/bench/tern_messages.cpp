// Reliable messages through proto::endpoint and udp::driver, as the relay and the
// client use them: Noise handshake, every packet sealed, ACKs, congestion control, pacing.
#include "proto/endpoint.hpp"
#include "tools/bench/contender.hpp"
#include "tools/bench/sequence.hpp"
#include "tools/bench/system_call.hpp"
#include "udp/clock.hpp"
#include "udp/driver.hpp"
#include "udp/system_entropy.hpp"

#include <chrono>
#include <stdexcept>

namespace tern::bench {

namespace {

constexpr proto::duration patience = std::chrono::milliseconds{patience_milliseconds};
// The sender keeps this much queued, so that a packet never waits for messages.
constexpr std::uint64_t queued_bytes_wanted = 256 << 10;

// An endpoint with its driver and one socket, until the tally says stop.
class station : public udp::driver_owner {
 public:
  station(proto::endpoint_config config, const std::atomic<bool>& stop)
      : endpoint_(std::move(config), source_, udp::clock::now()),
        driver_(io_.get_executor(), endpoint_, *this),
        stop_(stop) {}

  void run() {
    driver_.wake();
    io_.run();
  }
  void on_unreachable(proto::time_point, const udp::unreachable_report&) override {}
  // Looks at the tally now and then, however quiet the network is.
  std::optional<proto::time_point> next_deadline() override { return look_again_; }
  void on_turn(proto::time_point now) override {
    if (now >= look_again_) look_again_ = now + patience;
    if (stop_.load(std::memory_order_relaxed)) return io_.stop();
    work(now);
  }

 protected:
  virtual void work(proto::time_point now) = 0;

  std::uint16_t open() {
    udp::udp_socket_options options;
    options.receive_buffer_bytes = receive_buffer_bytes;
    auto socket = udp::udp_socket::open(proto::address::v4(127, 0, 0, 1, 0), options);
    if (!socket) throw std::runtime_error("UDP socket: " + socket.error().message());
    const std::uint16_t port = socket->local_address().port;
    driver_.add_socket(std::move(*socket));
    return port;
  }

  udp::system_entropy source_;
  net::io_context io_;
  proto::endpoint endpoint_;
  udp::driver driver_;

 private:
  const std::atomic<bool>& stop_;
  proto::time_point look_again_ = udp::clock::now();
};

class receiving_station final : public station {
 public:
  receiving_station(std::shared_ptr<const proto::x25519_keypair> key, tally& shared)
      : station(config_with(key), shared.stop_receiving), shared_(shared), counted_(shared) {
    shared.key = key->public_part().octets;
    shared.port = open();
  }

  void on_event(proto::time_point now, proto::endpoint_event event) override {
    if (const auto* ready = std::get_if<proto::readable>(&event)) {
      while (const auto message = endpoint_.receive(ready->connection, now)) counted_.on_message(message->payload);
    }
    if (const auto* over = std::get_if<proto::closed>(&event)) throw std::runtime_error("closed: " + over->reason);
  }

 protected:
  void work(proto::time_point) override {
    shared_.receive_drops.store(driver_.counters().receive_drops, std::memory_order_relaxed);
  }

 private:
  static proto::endpoint_config config_with(std::shared_ptr<const proto::x25519_keypair> key) {
    proto::endpoint_config config;
    config.relay_key = std::move(key);
    return config;
  }

  tally& shared_;
  arrivals counted_;
};

class sending_station final : public station {
 public:
  sending_station(const workload& work, proto::delivery mode, tally& shared)
      : station({}, shared.stop_sending),
        shared_(shared),
        message_bytes_(work.message_bytes),
        lane_(1, proto::priority::interactive, mode) {
    open();
    proto::connect_options options;
    options.relay_key = proto::public_key{shared.key};
    options.self = std::make_shared<const proto::identity>(proto::identity::draw(source_));
    const auto to = proto::address::v4(127, 0, 0, 1, static_cast<std::uint16_t>(shared.port));
    connection_ = endpoint_.connect(udp::clock::now(), {to, 0}, options);
  }

  void on_event(proto::time_point, proto::endpoint_event event) override {
    if (std::holds_alternative<proto::connected>(event)) is_connected_ = true;
    if (const auto* over = std::get_if<proto::closed>(&event)) throw std::runtime_error("closed: " + over->reason);
  }

 protected:
  void work(proto::time_point now) override {
    if (is_connected_) refill(now);
    const auto statistics = endpoint_.statistics(connection_);
    if (!statistics) return;
    shared_.datagrams.store(statistics->packets_sent, std::memory_order_relaxed);
    shared_.datagrams_lost.store(statistics->packets_lost, std::memory_order_relaxed);
    shared_.sender_receive_drops.store(driver_.counters().receive_drops, std::memory_order_relaxed);
  }

 private:
  void refill(proto::time_point now) {
    const std::uint64_t queued = endpoint_.queued_bytes(connection_);
    if (queued >= queued_bytes_wanted / 2) return;
    for (std::uint64_t left = queued_bytes_wanted - queued; left >= message_bytes_; left -= message_bytes_) {
      proto::bytes message(message_bytes_);
      write_sequence(message, sequence_);
      if (!endpoint_.send(connection_, lane_, std::move(message), {}, now)) return;
      ++sequence_;
      add(shared_.sent);
    }
  }

  tally& shared_;
  std::size_t message_bytes_;
  proto::lane_id lane_;
  proto::connection_handle connection_;
  bool is_connected_ = false;
  std::uint64_t sequence_ = 0;
};

void receive(const workload&, tally& shared) {
  udp::system_entropy source;
  const auto key = std::make_shared<const proto::x25519_keypair>(proto::x25519_keypair::draw(source));
  receiving_station{key, shared}.run();
}

contender reliable(std::string name, std::string description, proto::delivery mode) {
  return {std::move(name),
          std::move(description),
          true,
          mode == proto::delivery::reliable_ordered,
          0,
          receive,
          [mode](const workload& work, tally& shared) {
            sending_station{work, mode, shared}.run();
          }};
}

}  // namespace

contender tern_unordered() {
  return reliable("tern-unordered", "tern, reliable-unordered, encrypted", proto::delivery::reliable_unordered);
}
contender tern_ordered() {
  return reliable("tern-ordered", "tern, reliable-ordered, encrypted", proto::delivery::reliable_ordered);
}

}  // namespace tern::bench
