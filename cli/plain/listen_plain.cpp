#include "cli/output/message_sink.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/plain/plain_commands.hpp"
#include "cli/plain/plain_output.hpp"
#include "cli/process/run_loop.hpp"
#include "udp/plain/datagram_listener.hpp"
#include "udp/plain/line_server.hpp"

#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace tern::cli {

namespace {
// Everything of one `listen`: its sockets, what came, and when to end.
class plain_listening {
 public:
  plain_listening(context& call, const tern_address& address, net::any_io_executor executor)
      : call_(call),
        address_(address),
        executor_(std::move(executor)),
        sink_(call),
        idle_max_(call.args.duration("timeout")),
        idle_timer_(executor_) {}

  net::awaitable<exit_code> run() {
    co_await open();
    std::vector<net::awaitable<std::error_code>> parts;
    for (auto& server : servers_) parts.push_back(run_one(*server));
    for (auto& listener : listeners_) parts.push_back(run_one(*listener));
    restart_idle_timer();
    const auto error = co_await run_together(std::move(parts));
    idle_timer_.cancel();
    co_return conclude(error);
  }

 private:
  bool is_tcp() const { return address_.scheme == address_scheme::tcp; }

  net::awaitable<void> open() {
    std::vector<proto::address> locals;
    const auto family = family_from(call_.args);
    if (!address_.host.empty() || family != udp::address_family::any) {
      locals = co_await resolve_or_fail(address_, family, true);
    } else {
      // The port as a number, of one socket for both families.
      locals = co_await resolve_or_fail(address_, udp::address_family::v4_only, true);
      is_tcp() ? add(udp::tcp_listener::open_any(executor_, locals.front().port))
               : add(udp::datagram_port::open_any(executor_, locals.front().port));
      co_return;
    }
    for (const auto& local : locals) {
      is_tcp() ? add(udp::tcp_listener::open(executor_, local)) : add(udp::datagram_port::open(executor_, local));
    }
  }

  void add(udp::result<udp::tcp_listener> listener) {
    if (!listener) throw listen_failure(udp::transport::tcp, address_.authority(), listener.error());
    udp::line_server_options options;
    options.greeting = call_.args.value("greet");
    options.reply = call_.args.value("reply");
    options.messages_max = sink_.count_max();
    if (call_.args.has("crlf")) options.ending = udp::line_ending::crlf;
    udp::line_server::handlers calls;
    calls.on_message = [this](const proto::address& from, std::string_view text) { take(from, text); };
    calls.on_connected = [this](const proto::address& from) { tell(from, "connected"); };
    calls.on_disconnected = [this](const proto::address& from) { tell(from, "disconnected"); };
    announce_listening(call_.out, udp::transport::tcp, listener->local_address());
    servers_.push_back(std::make_unique<udp::line_server>(std::move(*listener), std::move(options), std::move(calls)));
  }

  void add(udp::result<udp::datagram_port> port) {
    if (!port) throw listen_failure(udp::transport::udp, address_.authority(), port.error());
    udp::datagram_listener_options options;
    options.reply = call_.args.value("reply");
    options.messages_max = sink_.count_max();
    announce_listening(call_.out, udp::transport::udp, port->local_address());
    listeners_.push_back(std::make_unique<udp::datagram_listener>(
        std::move(*port), std::move(options),
        [this](const proto::address& from, std::string_view text) { take(from, text); }));
  }

  // One that has enough ends all others.
  template <class Server>
  net::awaitable<std::error_code> run_one(Server& server) {
    const auto error = co_await server.run();
    stop();
    co_return error;
  }

  void take(const proto::address& from, std::string_view text) {
    listened message;
    message.sender = from.to_string();
    message.body = text;
    message.line_ended = is_tcp();
    message.fields["transport"] = transport_name(transport_of(address_));
    sink_.take(message);
    restart_idle_timer();
    // A server that has enough ends by itself, after its reply; the others are ended then. Not so after a failure.
    if (sink_.has_failed()) asio::post(executor_, [this] { stop(); });
  }

  void tell(const proto::address& from, std::string_view what) {
    call_.out.note(fmt::format("{} {}", from.to_string(), what));
  }

  void restart_idle_timer() {
    if (!idle_max_) return;
    idle_timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(*idle_max_));
    idle_timer_.async_wait([this](std::error_code error) {
      if (error) return;
      timed_out_ = true;
      stop();
    });
  }

  void stop() {
    for (auto& server : servers_) server->stop();
    for (auto& listener : listeners_) listener->stop();
  }

  exit_code conclude(std::error_code error) const {
    if (error && !sink_.has_failed()) throw listen_failure(transport_of(address_), address_.authority(), error);
    return sink_.conclude(timed_out_);
  }

  context& call_;
  tern_address address_;
  net::any_io_executor executor_;
  message_sink sink_;
  std::optional<std::chrono::nanoseconds> idle_max_;
  net::steady_timer idle_timer_;
  std::vector<std::unique_ptr<udp::line_server>> servers_;
  std::vector<std::unique_ptr<udp::datagram_listener>> listeners_;
  bool timed_out_ = false;
};

net::awaitable<exit_code> listen(context& call, tern_address address) {
  plain_listening listening(call, address, co_await asio::this_coro::executor);
  co_return co_await listening.run();
}
}  // namespace

exit_code listen_plain(context& call, const tern_address& address) { return run_until_done(listen(call, address)); }

}  // namespace tern::cli
