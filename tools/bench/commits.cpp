// Messages that a real tern-relay commits: several people say them in a room each, and each
// keeps so many on their way that the relay always has some. Delivered means committed.
#include "proto/chat/session.hpp"
#include "proto/endpoint.hpp"
#include "tools/bench/contender.hpp"
#include "tools/bench/relay_program.hpp"
#include "tools/bench/system_call.hpp"
#include "udp/clock.hpp"
#include "udp/driver.hpp"
#include "udp/system_entropy.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>

namespace tern::bench {

namespace {

namespace chat = proto::chat;

constexpr std::size_t people = 8;
constexpr std::size_t on_their_way = 128;  // of each
constexpr std::size_t commit_bytes = 100;
constexpr proto::duration patience = std::chrono::milliseconds{patience_milliseconds};

class speaker {
 public:
  speaker(std::size_t number, proto::entropy& source)
      : self_(std::make_shared<const proto::identity>(proto::identity::draw(source))),
        room_(chat::destination::room("bench" + std::to_string(number))),
        session_(chat::session_config{.self = self_->public_key().octets}, source) {}

  const std::shared_ptr<const proto::identity>& identity() const { return self_; }
  chat::session& session() { return session_; }

  void refill(std::size_t bytes, tally& shared, proto::time_point now) {
    for (; undecided_ < on_their_way; ++undecided_) {
      if (!session_.say(room_, chat::body_kind::bytes, proto::bytes(bytes), {}, now)) return;
      add(shared.sent);
    }
  }
  void take_events(tally& shared) {
    while (const auto event = session_.poll_event()) {
      if (const auto* refused = std::get_if<chat::message_refused>(&*event))
        throw std::runtime_error("refused: " + refused->reason.text);
      if (const auto* done = std::get_if<chat::message_committed>(&*event)) on_commit(done->latency, shared);
    }
  }

 private:
  void on_commit(proto::duration latency, tally& shared) {
    --undecided_;
    shared.note_latency(std::chrono::duration_cast<std::chrono::microseconds>(latency));
    add(shared.delivered);
  }

  std::shared_ptr<const proto::identity> self_;
  chat::destination room_;
  chat::session session_;
  std::size_t undecided_ = 0;
};

class speakers final : public udp::driver_owner {
 public:
  speakers(std::size_t bytes, tally& shared)
      : endpoint_({}, source_, udp::clock::now()),
        driver_(io_.get_executor(), endpoint_, *this),
        shared_(shared),
        bytes_(bytes) {
    udp::udp_socket_options options;
    options.receive_buffer_bytes = receive_buffer_bytes;
    auto socket = udp::udp_socket::open(proto::address::v4(127, 0, 0, 1, 0), options);
    if (!socket) throw std::runtime_error("UDP socket: " + socket.error().message());
    driver_.add_socket(std::move(*socket));
    for (std::size_t i = 0; i < people; ++i) connect(i);
  }
  void run() {
    driver_.wake();
    io_.run();
  }

  void on_event(proto::time_point now, proto::endpoint_event event) override {
    if (const auto* up = std::get_if<proto::connected>(&event)) {
      all_.at(up->connection).session().on_connected(now, udp::clock::wall());
    } else if (const auto* ready = std::get_if<proto::readable>(&event)) {
      auto& session = all_.at(ready->connection).session();
      while (const auto message = endpoint_.receive(ready->connection, now)) {
        if (!session.on_message(message->lane, message->payload, now)) throw std::runtime_error("no answer of a relay");
      }
    } else if (const auto* over = std::get_if<proto::closed>(&event)) {
      throw std::runtime_error("closed: " + over->reason);
    }
  }
  void on_turn(proto::time_point now) override {
    if (now >= look_again_) look_again_ = now + patience;
    if (shared_.stop_sending) return io_.stop();
    for (auto& [connection, one] : all_) turn(connection, one, now);
  }
  std::optional<proto::time_point> next_deadline() override { return look_again_; }
  void on_unreachable(proto::time_point, const udp::unreachable_report&) override {}

 private:
  void connect(std::size_t number) {
    speaker one{number, source_};
    proto::connect_options options;
    options.relay_key = proto::public_key{shared_.key};
    options.self = one.identity();
    options.early_data = false;
    const auto to = proto::address::v4(127, 0, 0, 1, static_cast<std::uint16_t>(shared_.port));
    all_.emplace(endpoint_.connect(udp::clock::now(), {to, 0}, options), std::move(one));
  }
  void turn(proto::connection_handle connection, speaker& one, proto::time_point now) {
    one.session().on_timeout(now);
    one.take_events(shared_);
    one.refill(bytes_, shared_, now);
    while (auto next = one.session().poll_send(now)) {
      if (!endpoint_.send(connection, next->lane, std::move(next->payload), {}, now)) {
        throw std::runtime_error("the queue of a connection is full");
      }
    }
  }

  udp::system_entropy source_;
  net::io_context io_;
  proto::endpoint endpoint_;
  udp::driver driver_;
  tally& shared_;
  std::size_t bytes_;
  std::map<proto::connection_handle, speaker> all_;
  proto::time_point look_again_ = udp::clock::now();
};

contender commits(const std::string& durability, const std::string& description) {
  return {.name = "commit-" + durability,
          .description = description,
          .fixed_bytes = commit_bytes,
          .receive = [durability](const workload&, tally& shared) { become_relay(durability, shared); },
          .send =
              [](const workload& work, tally& shared) {
                speakers{work.message_bytes, shared}.run();
              }};
}

}  // namespace

std::vector<contender> relay_commits() {
  return {commits("strict", "tern-relay, committed: on the disk, a sync for each group"),
          commits("relaxed", "tern-relay, committed: written, synced now and then"),
          commits("memory", "tern-relay, committed: in memory")};
}

}  // namespace tern::bench
