// `ping` with udp:// (an echo server must answer with the same bytes) and tcp:// (the time
// that connecting takes). A socket a question, so that no answer is taken for another's.
#include "cli/ping/ping_run.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/plain/plain_commands.hpp"
#include "cli/process/run_loop.hpp"
#include "udp/expiry.hpp"
#include "udp/plain/datagram_client.hpp"
#include "udp/plain/tcp_connect.hpp"
#include "udp/system_entropy.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace tern::cli {

namespace {
using clock = std::chrono::steady_clock;

struct plain_pinger {
  context& call;
  tern_address address;
  ping_plan plan;
  proto::address remote{};
  udp::system_entropy source{};
};

ping_outcome failed(std::error_code error) {
  ping_outcome outcome;
  outcome.trouble = explain(error);
  return outcome;
}

net::awaitable<ping_outcome> ask_datagram(plain_pinger& with) {
  const auto executor = co_await asio::this_coro::executor;
  auto socket = udp::datagram_client::open(executor, with.remote);
  if (!socket) co_return failed(socket.error());
  const auto question = with.source.draw<16>();
  const udp::expiry limit{executor, with.plan.timeout, [&socket] { socket->cancel(); }};
  const auto sent_at = clock::now();
  if (const auto error = co_await socket->send(question)) co_return failed(error);
  for (;;) {
    proto::byte_array<64> answer{};
    const auto size = co_await socket->receive(answer);
    ping_outcome outcome;
    if (!size && limit.has_expired()) co_return outcome;
    if (!size) co_return failed(size.error());
    if (std::equal(question.begin(), question.end(), answer.begin(),
                   answer.begin() + static_cast<std::ptrdiff_t>(*size))) {
      outcome.round_trip = clock::now() - sent_at;
      co_return outcome;
    }
  }
}

net::awaitable<ping_outcome> ask_stream(plain_pinger& with) {
  udp::tcp_connect_options how;
  how.timeout = with.plan.timeout;
  std::vector<proto::address> one{with.remote};
  const auto began_at = clock::now();
  const auto stream = co_await udp::tcp_connect(std::move(one), std::move(how));
  ping_outcome outcome;
  if (!stream && stream.error() == std::errc::timed_out) co_return outcome;
  if (!stream) co_return failed(stream.error());
  outcome.round_trip = clock::now() - began_at;
  co_return outcome;
}

net::awaitable<ping_outcome> ask(plain_pinger& with) {
  ping_outcome outcome;
  if (with.address.scheme == address_scheme::udp) {
    outcome = co_await ask_datagram(with);
  } else {
    outcome = co_await ask_stream(with);
  }
  outcome.transport = transport_name(transport_of(with.address));
  co_return outcome;
}

// Of several addresses of a name the first that answers, or the last one. That question is not counted.
net::awaitable<exit_code> choose_remote(plain_pinger& with) {
  const auto remotes = co_await resolve_or_fail(with.address, family_from(with.call.args), false);
  for (const auto& remote : remotes) {
    with.remote = remote;
    if (remote == remotes.back()) break;
    const auto outcome = co_await ask(with);
    if (outcome.round_trip) break;
    with.call.out.detail(
        fmt::format("{}: {}", remote.to_string(), outcome.trouble.empty() ? "no answer in time" : outcome.trouble));
  }
  co_return exit_code::done;
}

net::awaitable<exit_code> ping(plain_pinger& with) {
  with.plan.target = with.remote.to_string();
  const ping_question question = [&with] { return ask(with); };
  co_return co_await run_pings(with.call, with.plan, question);
}
}  // namespace

exit_code ping_plain(context& call, const tern_address& address) {
  plain_pinger with{call, address, plan_from(call)};
  // Until there is somebody to ask, a signal ends it as it ends every command.
  run_until_done(choose_remote(with));
  return run_until_done(ping(with), on_signal::leave_to_main);
}

}  // namespace tern::cli
