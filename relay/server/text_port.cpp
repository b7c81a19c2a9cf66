#include "relay/server/text_port.hpp"

#include "relay/text/rendering.hpp"
#include "udp/clock.hpp"
#include "udp/plain/loop_guard.hpp"

#include <limits>
#include <utility>

namespace tern::relay {

namespace {

constexpr std::size_t read_bytes = 4'096;
// How long somebody may take to read the last lines, and to close after that.
constexpr std::chrono::seconds hang_up_patience{2};
// Who vanished without a word is noticed after about this, while nothing is written.
constexpr std::chrono::seconds silence_max{60};

}  // namespace

// Both coroutines of one connection look at the gateway, then wait for `changed`: it is cancelled when there may be
// something new. Nothing happens between looking and waiting, because all of it is one thread.
struct text_port::visit {
  explicit visit(std::shared_ptr<udp::tcp_stream> connection)
      : stream(std::move(connection)),
        changed(stream->executor(), net::steady_timer::time_point::max()),
        closing(stream->executor()) {}

  void on_change() { changed.cancel(); }
  // Both may wait at once: the timer is not set again, which would wake the other one.
  net::awaitable<void> wait() { co_await changed.async_wait(net::as_result); }
  // The connection does not outlive its session for long, whatever the other side does.
  void close_soon() {
    if (std::exchange(is_closing, true)) return;
    closing.expires_after(hang_up_patience);
    closing.async_wait([stream = stream](std::error_code error) {
      if (!error) stream->close();
    });
  }

  std::shared_ptr<udp::tcp_stream> stream;
  peer_id id{};
  net::steady_timer changed;
  net::steady_timer closing;
  bool is_closing = false;
};

text_port::text_port(text_sockets sockets, text_gateway& gateway, event_log& log)
    : gateway_(gateway),
      log_(log),
      datagrams_(std::move(sockets.datagrams)),
      // The gateway refuses with a reason before this one closes without.
      server_(std::move(sockets.streams), gateway.visitors().limits().connections_max + 64,
              [this](std::shared_ptr<udp::tcp_stream> stream) { return serve(std::move(stream)); }) {}

void text_port::start() {
  const auto executor = server_.executor();
  const auto ended = [this](const std::exception_ptr&, std::error_code error) {
    if (error) log_.error("text-port", {{"accept", error.message()}});
  };
  asio::co_spawn(executor, server_.run(), ended);
  asio::co_spawn(executor, receive(), asio::detached);
}

net::awaitable<void> text_port::serve(std::shared_ptr<udp::tcp_stream> stream) {
  using net::operators::operator&&;
  stream->keep_alive(silence_max);
  // The gateway's callback may come after this coroutine: it holds what it needs.
  const auto at = std::make_shared<visit>(stream);
  const auto entered = gateway_.enter(
      stream->remote_address(), [this, at] { on_change(*at); }, udp::clock::now());
  if (!entered) {
    co_await refuse(*stream, entered.error());
    co_return;
  }
  at->id = *entered;
  co_await (read(*at) && write(*at));
  at->closing.cancel();
  gateway_.leave(at->id, udp::clock::now());
}

void text_port::on_change(visit& at) {
  at.on_change();
  // While it is only entering, it has no id and is not done.
  if (at.id != peer_id{} && gateway_.is_done(at.id)) at.close_soon();
}

net::awaitable<void> text_port::refuse(udp::tcp_stream& stream, std::string why) {
  const std::string line = notice_line(why);
  co_await stream.write_all(proto::as_bytes(line));
  stream.half_close();
}

net::awaitable<void> text_port::read(visit& at) {
  proto::bytes buffer(read_bytes);
  for (;;) {
    // What comes after the end is read and dropped: closing with input left would take the last lines back.
    while (!gateway_.takes_input(at.id) && !gateway_.is_done(at.id)) co_await at.wait();
    const auto size = co_await at.stream->read_some(buffer);
    const auto now = udp::clock::now();
    if (!size) {
      gateway_.leave(at.id, now);
      at.on_change();
      co_return;
    }
    if (*size == 0) {
      gateway_.on_end(at.id, now);
      co_return;
    }
    gateway_.on_bytes(at.id, {buffer.data(), *size}, now);
  }
}

net::awaitable<void> text_port::write(visit& at) {
  for (;;) {
    const bool is_done = gateway_.is_done(at.id);
    const std::string output = gateway_.take_output(at.id, udp::clock::now());
    if (!output.empty()) {
      const auto error = co_await at.stream->write_all(proto::as_bytes(output));
      if (error) at.stream->close();
      if (error) break;
    } else if (is_done) {
      break;
    } else {
      co_await at.wait();
    }
  }
  at.stream->half_close();
  at.close_soon();
  gateway_.leave(at.id, udp::clock::now());
  at.on_change();
}

net::awaitable<void> text_port::receive() {
  proto::bytes buffer(udp::datagram_port::datagram_bytes_max);
  for (;;) {
    const auto received = co_await datagrams_.receive(buffer);
    if (!received) {
      log_.error("text-port", {{"receive", received.error().message()}});
      co_return;
    }
    // What may be a service that answers by itself is not answered, and so not heard.
    if (!udp::may_answer(received->from, datagrams_.local_address().port)) continue;
    const auto reply = [this, to = received->from, size = received->size](std::string text) {
      answer(to, size, std::move(text));
    };
    gateway_.on_datagram({buffer.data(), received->size}, reply, udp::clock::now());
  }
}

void text_port::answer(const proto::address& to, std::size_t datagram_bytes, std::string text) {
  std::string fitting = fit_answer(std::move(text), datagram_bytes);
  if (fitting.empty()) return;
  asio::co_spawn(server_.executor(), send(std::move(fitting), to), asio::detached);
}

net::awaitable<void> text_port::send(std::string answer, proto::address to) {
  // An answer that cannot be sent is lost, as datagrams may be.
  co_await datagrams_.send(proto::as_bytes(answer), to);
}

}  // namespace tern::relay
