#include "tests/relay/server/person.hpp"

#include "udp/clock.hpp"

namespace tern::relay::testing {

namespace {

std::shared_ptr<const proto::identity> identity_of(std::uint8_t seed) {
  proto::byte_array<32> octets{};
  octets.fill(seed);
  return std::make_shared<proto::identity>(proto::secret_key{std::span<const std::uint8_t, 32>{octets}});
}

chat::session_config config_for(const proto::identity& self) {
  chat::session_config config;
  config.self = self.public_key().octets;
  return config;
}

}  // namespace

person::person(std::uint8_t seed) : identity_(identity_of(seed)), session_(config_for(*identity_), entropy_) {
  endpoint_ = std::make_unique<proto::endpoint>(proto::endpoint_config{}, entropy_, udp::clock::now());
  driver_ = std::make_unique<udp::driver>(context_.get_executor(), *endpoint_, *this);
  auto socket = udp::udp_socket::open(proto::address::v4(127, 0, 0, 1, 0));
  local_ = driver_->add_socket(std::move(socket.value()));
}

person::~person() = default;

void person::connect(const running_relay& relay, bool early) {
  begin(endpoint_->connect(udp::clock::now(), {relay.address(), local_}, options_for(relay, early)), early);
}

void person::connect_by_tcp(const running_relay& relay) {
  const proto::path to{relay.address(), 0};
  const auto stream = endpoint_->connect_stream(udp::clock::now(), to, options_for(relay, true));
  driver_->open_stream(stream, relay.address());
  begin(stream, true);
}

proto::connect_options person::options_for(const running_relay& relay, bool early) const {
  proto::connect_options options;
  options.relay_key = relay.key();
  options.self = identity_;
  options.early_data = early;
  return options;
}

void person::begin(proto::connection_handle connection, bool early) {
  const auto now = udp::clock::now();
  closed.reset();
  is_connected = false;
  connection_ = connection;
  if (early) session_.on_connecting(now, udp::clock::wall());
  on_turn(now);
  driver_->wake();
}

void person::vanish() {
  session_.on_disconnected();
  connection_.reset();
  driver_->remove_socket(local_);
  auto socket = udp::udp_socket::open(proto::address::v4(127, 0, 0, 1, 0));
  local_ = driver_->add_socket(std::move(socket.value()));
}

chat::message_id person::say(std::string_view room, std::string_view text) {
  const auto id = session_.say(chat::destination::room(std::string{room}), chat::body_kind::text,
                               {text.begin(), text.end()}, {}, udp::clock::now());
  driver_->wake();
  return id.value();
}

void person::join(std::string_view room, std::uint32_t backlog) {
  EXPECT_TRUE(session_.join(chat::destination::room(std::string{room}), {.backlog_max = backlog}));
  driver_->wake();
}

void person::on_event(proto::time_point now, proto::endpoint_event event) {
  if (const auto* up = std::get_if<proto::connected>(&event); up != nullptr && up->connection == connection_) {
    is_connected = true;
    session_.on_connected(now, udp::clock::wall());
  } else if (const auto* down = std::get_if<proto::closed>(&event);
             down != nullptr && down->connection == connection_) {
    closed = *down;
    connection_.reset();
    session_.on_disconnected();
  } else if (const auto* ready = std::get_if<proto::readable>(&event)) {
    while (const auto message = endpoint_->receive(ready->connection, now)) {
      if (ready->connection != connection_) continue;
      EXPECT_TRUE(session_.on_message(message->lane, message->payload, now));
    }
  }
}

void person::on_turn(proto::time_point now) {
  session_.on_timeout(now);
  while (auto event = session_.poll_event()) take(std::move(*event));
  if (!connection_) return;
  while (auto next = session_.poll_send(now)) {
    const auto sent = endpoint_->send(*connection_, next->lane, next->payload, {}, now, next->early_allowed);
    ASSERT_TRUE(sent.has_value()) << sent.error().message();
  }
}

void person::take(chat::session_event event) {
  if (auto* committed = std::get_if<chat::message_committed>(&event)) commits.push_back(*committed);
  if (auto* delayed = std::get_if<chat::message_delayed>(&event)) delays.push_back(*delayed);
  if (auto* refused = std::get_if<chat::message_refused>(&event)) refusals.push_back(*refused);
  if (auto* entry = std::get_if<chat::entry_received>(&event)) entries.push_back(std::move(entry->message));
  if (auto* gap = std::get_if<chat::gap_found>(&event)) gaps.push_back(gap->missing);
  if (auto* epoch = std::get_if<chat::epoch_changed>(&event)) epochs.push_back(epoch->epoch);
  if (auto* live = std::get_if<chat::became_live>(&event)) lives.push_back(live->from);
  if (auto* named = std::get_if<chat::name_given>(&event)) names.push_back(*named);
}

bool person::run_until(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    context_.restart();
    context_.run_one_for(std::chrono::milliseconds{100});
  }
  return true;
}

}  // namespace tern::relay::testing
