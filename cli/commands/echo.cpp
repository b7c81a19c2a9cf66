#include "cli/commands/commands.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/plain/plain_output.hpp"
#include "cli/process/run_loop.hpp"
#include "udp/plain/tcp_echo_server.hpp"
#include "udp/plain/udp_echo_server.hpp"

#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace tern::cli {

namespace {
constexpr int free_port_attempts = 20;

// One echo service: TCP and UDP on the same port of each address.
class echo_service {
 public:
  echo_service(context& call, const tern_address& address, net::any_io_executor executor)
      : call_(call), address_(address), executor_(std::move(executor)) {}

  net::awaitable<exit_code> run() {
    co_await open();
    std::vector<net::awaitable<std::error_code>> parts;
    for (auto& server : tcp_) parts.push_back(server->run());
    for (auto& server : udp_) parts.push_back(server->run());
    if (const auto error = co_await run_together(std::move(parts))) throw failure_for(udp::transport::tcp, error);
    co_return exit_code::done;
  }

 private:
  bool wants(address_scheme scheme) const {
    return address_.scheme == address_scheme::tern || address_.scheme == scheme;
  }

  net::awaitable<void> open() {
    auto family = family_from(call_.args);
    const bool dual_stack = address_.host.empty() && family == udp::address_family::any;
    if (dual_stack) family = udp::address_family::v4_only;
    for (const auto& local : co_await resolve_or_fail(address_, family, true)) open_pair(local, dual_stack);
  }

  // Where any port will do, the one that TCP got must also be free for UDP.
  void open_pair(const proto::address& local, bool dual_stack) {
    for (int attempt = 1;; ++attempt) {
      auto tcp = wants(address_scheme::tcp) ? open_tcp(local, dual_stack) : std::nullopt;
      proto::address same_port = local;
      if (tcp) same_port.port = tcp->local_address().port;
      auto udp = dual_stack ? udp::datagram_port::open_any(executor_, same_port.port)
                            : udp::datagram_port::open(executor_, same_port);
      if (!wants(address_scheme::udp)) return add(std::move(tcp), std::nullopt);
      if (udp) return add(std::move(tcp), std::move(*udp));
      if (local.port != 0 || attempt == free_port_attempts) throw failure_for(udp::transport::udp, udp.error());
    }
  }

  std::optional<udp::tcp_listener> open_tcp(const proto::address& local, bool dual_stack) {
    auto listener =
        dual_stack ? udp::tcp_listener::open_any(executor_, local.port) : udp::tcp_listener::open(executor_, local);
    if (!listener) throw failure_for(udp::transport::tcp, listener.error());
    return std::move(*listener);
  }

  void add(std::optional<udp::tcp_listener> tcp, std::optional<udp::datagram_port> udp) {
    if (tcp) {
      announce_listening(call_.out, udp::transport::tcp, tcp->local_address());
      tcp_.push_back(std::make_unique<udp::tcp_echo_server>(std::move(*tcp)));
    }
    if (udp) {
      announce_listening(call_.out, udp::transport::udp, udp->local_address());
      udp_.push_back(std::make_unique<udp::udp_echo_server>(std::move(*udp)));
    }
  }

  failure failure_for(udp::transport transport, std::error_code error) const {
    if (error != std::errc::permission_denied) return listen_failure(transport, address_.authority(), error);
    return {exit_code::failed, "listen",
            fmt::format("cannot listen on {} {}: that port needs more rights; `tern echo :7007` does not",
                        transport_name(transport), address_.authority())};
  }

  context& call_;
  tern_address address_;
  net::any_io_executor executor_;
  std::vector<std::unique_ptr<udp::tcp_echo_server>> tcp_;
  std::vector<std::unique_ptr<udp::udp_echo_server>> udp_;
};

net::awaitable<exit_code> serve(context& call, tern_address address) {
  echo_service service(call, address, co_await asio::this_coro::executor);
  co_return co_await service.run();
}

exit_code run(context& call) {
  call.args.require_words(0, 1, "ADDR:PORT");
  const std::string text = call.args.words().empty() ? ":7" : call.args.words().front();
  const auto address = tern_address::parse(text, address_role::listen);
  if (!address) throw usage_error(address.error());
  if (text.starts_with("tern://")) throw usage_error("`echo` is plain: write udp://, tcp:// or just ADDR:PORT");
  return run_until_done(serve(call, *address));
}
}  // namespace

command echo_command() {
  command result;
  result.name = "echo";
  result.synopsis = "[ADDR:PORT | udp://ADDR:PORT | tcp://ADDR:PORT]";
  result.summary = "send everything back, over TCP and UDP (RFC 862)";
  result.details =
      "Without an address it is port 7 of every address of this machine, which needs rights; port 0\n"
      "takes a free one. UDP datagrams from ports below 1024 are not answered, so that two such\n"
      "services cannot keep each other busy.";
  result.options = family_options();
  result.examples = {{"tern echo :7007", "TCP and UDP, IPv4 and IPv6, until Ctrl-C"},
                     {"tern echo udp://127.0.0.1:0", "UDP only, on a free port of the loopback"}};
  result.run = run;
  return result;
}

}  // namespace tern::cli
