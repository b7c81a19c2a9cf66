// A way to a relay whose name has several addresses, with real endpoints at all of them, in
// virtual time and without sockets. What answers at an address, and what the resolver says, is
// the test's to change at any moment.
#pragma once

#include "proto/endpoint.hpp"
#include "proto/packet/header.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"
#include "tests/sim/stream_wire.hpp"
#include "udp/route/relay_route.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tern::udp::test {

constexpr auto one_way = std::chrono::milliseconds{20};
constexpr proto::lane_id lane{0, proto::priority::interactive, proto::delivery::reliable_ordered};

enum class answer : std::uint8_t { open, silent, refused };

// What is at one address of the name.
class host {
 public:
  host(proto::address at, std::shared_ptr<const proto::x25519_keypair> key, std::uint64_t seed, proto::time_point now)
      : where(at), entropy_(seed), config_(config(std::move(key), entropy_)), side_(config_, entropy_, now) {}

  const proto::address where;
  answer udp = answer::open;
  answer tcp = answer::open;
  bool greets = false;         // says something before it is asked
  bool hangs_up = false;       // takes leave of everyone at once
  bool takes_no_more = false;  // drops handshakes
  bool loses_every_second = false;
  std::vector<proto::connection_handle> clients{};
  std::vector<std::string> heard{};
  std::uint64_t datagrams = 0;

  proto::endpoint& side() { return side_; }
  // As another process, with the same secret beside its key.
  void restart(const std::function<void(proto::endpoint_config&)>& change, proto::time_point now) {
    change(config_);
    side_ = proto::endpoint{config_, entropy_, now};
  }
  void say(proto::connection_handle to, std::string_view text, proto::time_point now) {
    EXPECT_TRUE(side_.send(to, lane, {text.begin(), text.end()}, {}, now));
  }
  void take_turn(proto::time_point now) {
    if (const auto due = side_.next_deadline(); due && *due <= now) side_.on_timeout(now);
    while (const auto event = side_.poll_event()) {
      if (const auto* finished = std::get_if<proto::stream_finished>(&*event)) on_finished(*finished);
      if (const auto* came = std::get_if<proto::accepted>(&*event)) on_accepted(now, *came);
      if (const auto* said = std::get_if<proto::readable>(&*event)) read(now, said->connection);
    }
  }
  std::function<void(const proto::stream_finished&)> on_finished = [](const proto::stream_finished&) {};

 private:
  static proto::endpoint_config config(std::shared_ptr<const proto::x25519_keypair> key, proto::entropy& source) {
    proto::endpoint_config result;
    result.relay_key = std::move(key);
    result.stored_secret = std::make_shared<const proto::secret<32>>(proto::secret<32>::draw(source));
    return result;
  }
  void on_accepted(proto::time_point now, const proto::accepted& came) {
    clients.push_back(came.connection);
    if (came.early) side_.decide_early(came.connection, true, now);
    if (greets) say(came.connection, "welcome", now);
    if (hangs_up) side_.close(came.connection, proto::close_code::none, "go away", now, {});
  }
  void read(proto::time_point now, proto::connection_handle from) {
    while (const auto message = side_.receive(from, now)) {
      const auto text = message->payload;
      heard.emplace_back(text.begin(), text.end());
    }
  }

  proto::test::seeded_entropy entropy_;
  proto::endpoint_config config_;
  proto::endpoint side_;
};

class route_world final : private route_surroundings, private route_user {
 public:
  route_world() {
    options.relay_key = key->public_part();
    options.trust = [](const key_question&) { return true; };
  }

  // ---- to be arranged before start()

  route_options options;
  proto::test::seeded_entropy entropy{1};
  std::shared_ptr<const proto::x25519_keypair> key = drawn();
  std::shared_ptr<const proto::x25519_keypair> other_key = drawn();

  host& add(std::uint8_t last_octet, const std::shared_ptr<const proto::x25519_keypair>& with) {
    auto made = std::make_unique<host>(proto::address::v4(10, 0, 0, last_octet, 7777), with, last_octet, now_);
    made->on_finished = [this, at = made.get()](const auto& event) {
      for (auto& wire : wires_) wire->on_finished(at->side(), event);
    };
    addresses.push_back(made->where);
    return *hosts_.emplace_back(std::move(made));
  }
  host& add(std::uint8_t last_octet) { return add(last_octet, key); }

  void start() {
    self_ = std::make_shared<const proto::identity>(proto::identity::draw(entropy));
    side_ = std::make_unique<proto::endpoint>(proto::endpoint_config{}, entropy, now_);
    route_surroundings& around = *this;
    route_user& user = *this;
    route_ = std::make_unique<relay_route>(tern_address{}, options, self_, 1, *side_, around, user);
    route_->start();
  }

  // ---- the surroundings

  std::vector<proto::address> addresses;  // what the resolver says
  bool is_name_known = true;
  proto::duration resolve_time{};
  bool has_socket = true;
  bool is_udp_remembered_as_failed = false;
  proto::bytes token;          // the last one that was given
  std::vector<bool> verdicts;  // on_udp_verdict(), in order
  std::uint64_t resolved = 0;
  std::uint64_t streams = 0;
  bool has_room = true;

  // ---- what was told

  std::vector<std::string> told;  // connecting, connected, silent, disconnected, waiting, failed
  std::error_code failure;
  std::vector<std::string> heard;
  std::uint64_t count(std::string_view what) const {
    return static_cast<std::uint64_t>(std::ranges::count(told, what));
  }
  std::function<void(const std::string&)> on_told = [](const std::string&) {};

  // ---- time

  proto::time_point now() const { return now_; }
  // Time passes while nobody takes a turn: someone is asked something.
  void pass(proto::duration by) { now_ += by; }
  relay_route& route() { return *route_; }
  proto::endpoint& side() { return *side_; }
  std::optional<transport> carrier() const { return route_->is_connected() ? route_->carrier() : std::nullopt; }
  bool is_on(transport by) const { return carrier() == by; }
  std::optional<proto::address> remote() const {
    const auto seen = route_->statistics();
    return seen ? std::optional{seen->current_path.remote} : std::nullopt;
  }
  void say(std::string_view text, bool early = true) {
    const auto sent = route_->send(lane, {text.begin(), text.end()}, {}, early, now_);
    EXPECT_TRUE(sent) << text;
  }
  void report_unreachable(const proto::address& from) {
    route_->on_unreachable(now_, {from, std::make_error_code(std::errc::connection_refused)});
  }
  bool run_until(const std::function<bool()>& done, proto::duration limit) {
    const auto until = now_ + limit;
    for (int turns_at_once = 0; turns_at_once < turns_at_once_max; ++turns_at_once) {
      turn();
      if (done()) return true;
      const auto next = next_event();
      if (!next || *next > until) {
        now_ = std::max(now_, until);
        return false;
      }
      if (*next > now_) turns_at_once = 0;
      now_ = std::max(now_, *next);
      deliver();
    }
    ADD_FAILURE() << "time stands still";
    return false;
  }
  void run(proto::duration time) {
    run_until([] { return false; }, time);
  }
  bool run_until_on(transport by, proto::duration limit) {
    return run_until([&] { return is_on(by); }, limit);
  }
  // What becomes of the streams there are.
  void reset_streams() {
    for (auto& wire : wires_) wire->reset(now_);
  }
  void stall_streams(bool stalled) {
    for (auto& wire : wires_) {
      wire->up().stall(stalled);
      wire->down().stall(stalled);
    }
  }
  bool is_resolving() const { return answer_at_.has_value(); }

 private:
  static constexpr int turns_at_once_max = 1'000;
  static constexpr proto::address client_address = proto::address::v4(10, 0, 1, 1, 5000);

  std::shared_ptr<const proto::x25519_keypair> drawn() {
    return std::make_shared<const proto::x25519_keypair>(proto::x25519_keypair::draw(entropy));
  }
  host* host_at(const proto::address& where) {
    for (auto& each : hosts_)
      if (each->where == where) return each.get();
    return nullptr;
  }

  void turn() {
    do {
      for (auto& each : hosts_) each->take_turn(now_);
      if (const auto due = side_->next_deadline(); due && *due <= now_) side_->on_timeout(now_);
      if (answer_at_ && *answer_at_ <= now_) answer_resolve();
      take_events();
      route_->on_turn(now_);
      route_->keep_alive(true, now_);
      take_events();
    } while (transmit_all());
    std::erase_if(wires_, [](const auto& wire) { return wire->is_over(); });
  }
  void answer_resolve() {
    ++resolved;
    answer_at_.reset();
    if (is_name_known) return route_->on_resolved(now_, addresses);
    route_->on_resolved(now_, tl::unexpected{std::make_error_code(std::errc::host_unreachable)});
  }
  void take_events() {
    while (const auto event = side_->poll_event()) {
      if (const auto* finished = std::get_if<proto::stream_finished>(&*event)) {
        for (auto& wire : wires_) wire->on_finished(*side_, *finished);
      }
      route_->on_event(now_, *event);
    }
  }
  bool transmit_all() {
    bool has_sent = transmit(*side_, nullptr);
    for (auto& each : hosts_) has_sent |= transmit(each->side(), each.get());
    tell_ready(*side_);
    for (auto& each : hosts_) tell_ready(each->side());
    for (auto& wire : wires_) has_sent |= wire->transmit(now_);
    return has_sent;
  }
  void tell_ready(proto::endpoint& at) {
    while (const auto stream = at.poll_stream_ready())
      for (auto& wire : wires_) wire->on_ready(at, *stream);
  }
  bool transmit(proto::endpoint& from, host* by) {
    std::array<std::uint8_t, proto::limits::datagram_bytes_max> buffer{};
    bool has_sent = false;
    while (const auto sent = from.poll_transmit(now_, buffer)) {
      has_sent = true;
      by == nullptr ? carry_up(sent->to.remote, {buffer.data(), sent->size})
                    : carry_down(*by, {buffer.data(), sent->size});
    }
    return has_sent;
  }
  static bool is_handshake(proto::byte_view datagram) {
    return datagram[0] == static_cast<std::uint8_t>(proto::packet_type::hello) ||
           datagram[0] == static_cast<std::uint8_t>(proto::packet_type::initial);
  }
  void carry_up(const proto::address& to, proto::byte_view datagram) {
    host* at = host_at(to);
    if (at == nullptr) return;
    ++at->datagrams;
    if (at->udp == answer::refused) later_.emplace(now_ + 2 * one_way, [this, to] { report_unreachable(to); });
    if (at->udp != answer::open) return;
    if (at->takes_no_more && is_handshake(datagram)) return;
    if (at->loses_every_second && at->datagrams % 2 == 0) return;
    later_.emplace(now_ + one_way, [this, at, octets = proto::bytes{datagram.begin(), datagram.end()}]() mutable {
      at->side().on_datagram(now_, {client_address, 0}, octets);
    });
  }
  void carry_down(host& from, proto::byte_view datagram) {
    if (from.udp != answer::open) return;
    later_.emplace(now_ + one_way, [this, &from, octets = proto::bytes{datagram.begin(), datagram.end()}]() mutable {
      side_->on_datagram(now_, {from.where, 0}, octets);
    });
  }
  std::optional<proto::time_point> next_event() {
    auto next = side_->next_deadline();
    const auto consider = [&](std::optional<proto::time_point> other) {
      if (other && (!next || *other < *next)) next = other;
    };
    consider(answer_at_);
    consider(route_->next_deadline());
    if (!later_.empty()) consider(later_.begin()->first);
    for (auto& each : hosts_) consider(each->side().next_deadline());
    for (auto& wire : wires_) consider(wire->next_deadline());
    return next;
  }
  void deliver() {
    while (!later_.empty() && later_.begin()->first <= now_) {
      const auto what = std::move(later_.begin()->second);
      later_.erase(later_.begin());
      what();
    }
    for (auto& wire : wires_) wire->deliver(now_);
  }

  // route_surroundings
  void resolve() override { answer_at_ = now_ + resolve_time; }
  result<std::uint32_t> datagram_socket() override {
    if (has_socket) return 0U;
    return tl::unexpected{std::make_error_code(std::errc::address_family_not_supported)};
  }
  void open_stream(proto::connection_handle connection, const proto::address& to) override {
    ++streams;
    host* at = host_at(to);
    sim::pipe_conditions pipe;
    pipe.delay = at != nullptr && at->tcp == answer::silent ? proto::duration{std::chrono::hours{24}} : one_way;
    const bool listens = at != nullptr && at->tcp != answer::refused;
    const proto::path from{proto::address::v4(10, 0, 1, 1, static_cast<std::uint16_t>(5000 + streams)), 0};
    wires_.push_back(std::make_unique<sim::stream_wire>(*side_, connection, listens ? &at->side() : nullptr, from, pipe,
                                                        pipe, streams, now_));
  }
  bool has_udp_failed(const proto::address&) override { return is_udp_remembered_as_failed; }
  void on_udp_verdict(const proto::address&, bool works) override { verdicts.push_back(works); }
  proto::bytes token_for(const proto::address&) override { return token; }
  void on_token(const proto::address&, const proto::bytes& given) override { token = given; }

  // route_user
  void tell(const std::string& what) {
    told.push_back(what);
    on_told(what);
  }
  void on_connecting(proto::time_point, const proto::address&, bool is_attached) override {
    tell(is_attached ? "connecting with early data" : "connecting");
  }
  void on_connected(proto::time_point, const attempt&) override { tell("connected"); }
  void on_kept(proto::time_point, const attempt&, std::error_code) override { tell("kept"); }
  void on_silent(proto::time_point) override { tell("silent"); }
  void on_disconnected(proto::time_point) override { tell("disconnected"); }
  void on_waiting(proto::time_point, std::error_code, const std::string&) override { tell("waiting"); }
  void on_failed(proto::time_point, std::error_code error) override {
    failure = error;
    tell("failed");
  }
  void on_ping_answered(proto::ping_id, proto::duration) override { tell("ping answered"); }
  void on_ping_reached(proto::ping_id) override {}
  void on_ping_lost(proto::ping_id) override {}
  bool has_room_for_messages() const override { return has_room; }
  bool on_message(proto::time_point, proto::received_message message) override {
    heard.emplace_back(message.payload.begin(), message.payload.end());
    return heard.back() != "nonsense";
  }

  proto::time_point now_{std::chrono::hours{1}};
  std::vector<std::unique_ptr<host>> hosts_;
  std::shared_ptr<const proto::identity> self_;
  std::unique_ptr<proto::endpoint> side_;
  std::unique_ptr<relay_route> route_;
  std::vector<std::unique_ptr<sim::stream_wire>> wires_;
  std::multimap<proto::time_point, std::function<void()>> later_;
  std::optional<proto::time_point> answer_at_;
};

}  // namespace tern::udp::test
