// tern::client: messages to and from one relay, in the manner of asio. Every async_
// function takes a completion token (callbacks, use_awaitable, use_future, ...) and may be
// called from any thread; everything else belongs to the executor's thread, and the
// executor must not run handlers on two threads at once.
//
// One object survives changes of address and restarts of the relay: what was not
// committed is sent again under the same idempotency key, joined rooms go on where they
// were. With client_options::store (such as client_file of udp/client_file) that goes for
// restarts of the program as well: a message is kept before it is first sent, and whoever
// comes next with the same identity sends what a crashed one left. Nothing blocks, except in
// the trust callback, where the application decides.
//
//   tern::client client{executor, *tern::tern_address::parse("tern://host/lobby"), options};
//   auto receipt = co_await client.async_send("hello", asio::use_awaitable);
//
// Errors are std::error_code: proto::errc (timeout, refused, closed, unknown_key,
// wrong_key, unreachable, queue_full, message_too_big, bad_text), the system's (connection
// refused), those of the resolver, and errc::operation_canceled.
#pragma once

#include "udp/client/client_core.hpp"
#include "udp/client/client_options.hpp"
#include "udp/client/client_types.hpp"
#include "udp/operation.hpp"
#include "udp/tern_address.hpp"

#include <memory>
#include <string_view>
#include <utility>

namespace tern {

class client {
 public:
  client() = default;  // no client: only to be assigned to
  // Connects right away. A message sent before the executor gets its turn travels with
  // the handshake.
  client(const net::any_io_executor& executor, tern_address relay, client_options options)
      : core_(std::make_shared<udp::client_core>(executor, std::move(relay), std::move(options))) {
    core_->start();
  }
  client(client&&) noexcept = default;
  client& operator=(client&& other) noexcept {
    if (this != &other) {
      abandon();
      core_ = std::move(other.core_);
    }
    return *this;
  }
  // Takes leave without waiting; async_close() is the way to lose nothing.
  ~client() { abandon(); }

  explicit operator bool() const { return core_ != nullptr; }

  // Completes with a client that is connected: void(std::error_code, client).
  template <class Token>
  static auto connect(const net::any_io_executor& executor, tern_address relay, client_options options, Token&& token);

  // Completes when a connection stands, or with why none will: void(std::error_code).
  template <class Token>
  auto async_connect(Token&& token) {
    return run<udp::nothing>([core = core_] { return core->when_connected(); }, std::forward<Token>(token));
  }

  // Completes when the relay has committed the message: void(std::error_code, receipt).
  // Cancelling only ends the wait.
  template <class Token>
  auto async_send(proto::chat::destination to, proto::chat::body_kind kind, proto::bytes body,
                  const message_options& options, Token&& token) {
    return run<receipt>([core = core_, to = std::move(to), kind, body = std::move(body),
                         options]() mutable { return core->send(std::move(to), kind, std::move(body), options); },
                        std::forward<Token>(token));
  }
  // Text to where the address points: its room or person.
  template <class Token>
  auto async_send(std::string_view text, Token&& token) {
    const auto view = proto::as_bytes(text);
    return async_send(core_->default_destination(), proto::chat::body_kind::text,
                      proto::bytes{view.begin(), view.end()}, message_options{}, std::forward<Token>(token));
  }

  // Completes when what was missed is through and everything further is live:
  // void(std::error_code). Entries come by async_receive().
  template <class Token>
  auto async_join(proto::chat::destination from, proto::chat::join_options options, Token&& token) {
    return run<udp::nothing>(
        [core = core_, from = std::move(from), options = std::move(options)] { return core->join(from, options); },
        std::forward<Token>(token));
  }
  void leave(const proto::chat::destination& from) { core_->leave(from); }
  void claim_name(std::string name, std::string fallback) { core_->claim_name(std::move(name), std::move(fallback)); }

  // The next of what came: void(std::error_code, incoming). Not receiving is back-pressure:
  // the relay keeps what is not taken. (In `client.async_receive(...) || timer...` asio makes
  // one flat variant of the alternatives of both sides.)
  template <class Token>
  auto async_receive(Token&& token) {
    return run<incoming>([core = core_] { return core->receive(); }, std::forward<Token>(token));
  }

  // void(std::error_code, history_result)
  template <class Token>
  auto async_history(proto::chat::destination of, proto::chat::history query, Token&& token) {
    return run<history_result>([core = core_, of = std::move(of), query] { return core->ask_history(of, query); },
                               std::forward<Token>(token));
  }
  // void(std::error_code, people_result)
  template <class Token>
  auto async_who(proto::chat::destination in, Token&& token) {
    return run<people_result>([core = core_, in = std::move(in)] { return core->ask_who(in); },
                              std::forward<Token>(token));
  }
  // void(std::error_code, rooms_result)
  template <class Token>
  auto async_rooms(Token&& token) {
    return run<rooms_result>([core = core_] { return core->ask_rooms(); }, std::forward<Token>(token));
  }

  // Changes something about a room, or what someone may do there (the relay decides whether
  // you may): void(std::error_code, change_result). errc::refused: you may not.
  template <class Token>
  auto async_change(proto::chat::destination in, proto::chat::change wish, Token&& token) {
    return run<change_result>(
        [core = core_, in = std::move(in), wish = std::move(wish)] { return core->ask_change(in, wish); },
        std::forward<Token>(token));
  }

  // One PING under the connection's keys, never sent again; completes with its answer's round
  // trip: void(std::error_code, ping_reply). errc::timeout: none came in time, and
  // ping_reply::has_reached says which way was lost, as far as known; errc::closed: not
  // connected at the moment; errc::queue_full: four wait to leave.
  template <class Token>
  auto async_ping(proto::duration timeout, Token&& token) {
    return run<ping_reply>([core = core_, timeout] { return core->ping(timeout); }, std::forward<Token>(token));
  }

  // What may carry packets from now on: client_options::transport, changed while it runs. Goes
  // over make before break; messages are neither lost nor doubled.
  void use(transport_choice choice) { core_->use(choice); }
  // Whether the connection is worth keeping alive where nothing is joined and nothing undecided: for who waits for
  // delivered_up_to, or wants to be told when the relay goes away.
  void keep_alive(bool wanted) { core_->keep_alive(wanted); }

  // Waits until every message is committed or refused, at most `drain_max`, and takes
  // leave: void(std::error_code). Whatever else waits ends with errc::closed.
  template <class Token>
  auto async_close(proto::duration drain_max, Token&& token) {
    return run<udp::nothing>([core = core_, drain_max] { return core->close(drain_max); }, std::forward<Token>(token));
  }

  // Up to where keep_place() said that the user was shown this log, at this relay under this
  // identity, by any client that shares the store: void(std::error_code,
  // std::optional<cursor>). Waits until the relay's key is known. Nothing without a store.
  template <class Token>
  auto async_place(proto::chat::destination of, Token&& token) {
    return run<std::optional<proto::chat::cursor>>([core = core_, of = std::move(of)] { return core->find_place(of); },
                                                   std::forward<Token>(token));
  }
  // To be called after the user was shown everything up to there. Kept soon, without being
  // waited for: a crash between showing and keeping shows some of it again.
  void keep_place(shown_place place) { core_->keep_place(std::move(place)); }

  client_statistics statistics() const { return core_->statistics(); }
  proto::chat::destination default_destination() const { return core_->default_destination(); }
  const proto::identity_key& own_key() const { return core_->own_key(); }
  std::optional<proto::public_key> relay_key() const { return core_->relay_key(); }
  // As the relay told it last; empty before.
  const std::string& name() const { return core_->name(); }
  // Up to where a joined log was received: to be kept, and given to a later join.
  std::optional<proto::chat::cursor> cursor_of(const proto::chat::destination& of) const {
    return core_->cursor_of(of);
  }

 private:
  struct connect_operation;

  template <class Result, class Start, class Token>
  auto run(Start start, Token&& token) {
    return udp::run_operation<Result>(core_->executor(), std::move(start), std::forward<Token>(token));
  }

  void abandon() {
    if (!core_) return;
    // The farewell still has to be sent; that turn keeps the core.
    auto core = std::exchange(core_, nullptr);
    core->abandon();
    const auto executor = core->executor();
    asio::post(executor, [core = std::move(core)] {});
  }

  std::shared_ptr<udp::client_core> core_;
};

struct client::connect_operation {
  client made;
  std::shared_ptr<udp::result_slot<udp::nothing>> slot{};
  int step = 0;

  template <class Self>
  void operator()(Self& self, std::error_code = {}) {
    if (step++ == 0) {
      const auto executor = made.core_->executor();
      return asio::dispatch(executor, std::move(self));
    }
    if (step == 2) {
      const auto waits = slot = made.core_->when_connected();
      return waits->async_wait(std::move(self));
    }
    const auto error = slot->take().first;
    auto result = error ? client{} : std::move(made);
    made = client{};
    self.complete(error, std::move(result));
  }
};

template <class Token>
auto client::connect(const net::any_io_executor& executor, tern_address relay, client_options options, Token&& token) {
  return asio::async_compose<Token, void(std::error_code, client)>(
      connect_operation{client{executor, std::move(relay), std::move(options)}}, token, executor);
}

}  // namespace tern
