#include "cli/failure.hpp"
#include "cli/ping/ping_run.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/process/run_loop.hpp"
#include "cli/relay_client/open_client.hpp"
#include "cli/relay_client/tern_commands.hpp"
#include "cli/units/units.hpp"
#include "proto/error.hpp"
#include "udp/expiry.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace tern::cli {

namespace {
class relay_pinger {
 public:
  relay_pinger(context& call, const tern_address& relay)
      : call_(call), relay_(relay), trust_(call, relay), plan_(plan_from(call)) {}

  net::awaitable<exit_code> run() {
    co_await connect();
    const auto connection = link_.statistics().connection;
    plan_.target = connection ? connection->current_path.remote.to_string() : relay_.authority();
    const ping_question question = [this] { return ask(); };
    const exit_code ended = co_await run_pings(call_, plan_, question);
    show_connection();
    constexpr std::chrono::seconds farewell{1};
    co_await link_.async_close(farewell, net::as_result);
    co_return ended;
  }

 private:
  net::awaitable<void> connect() {
    using net::operators::operator||;
    const auto executor = co_await asio::this_coro::executor;
    const auto timeout = timeout_of(call_);
    link_ = open_client(call_, trust_, naming::anonymous, keeping::nothing, executor);
    const udp::expiry expiry(executor, timeout, [this] { link_ = client{}; });
    signal_wait signals{executor};
    const auto first = co_await (link_.async_connect(net::as_result) || signals.wait());
    if (first.index() == 1) {
      throw failure(exit_code::unreachable, "interrupted",
                    "stopped before the relay " + relay_.authority() + " answered");
    }
    auto [error] = std::get<0>(first);
    if (!error) {
      trust_.on_proved();
      co_return;
    }
    trust_.throw_if_refused();
    if (expiry.has_expired()) error = make_error_code(proto::errc::timeout);
    throw relay_failure(relay_, error, timeout, false);
  }

  net::awaitable<ping_outcome> ask() {
    const auto [error, reply] = co_await link_.async_ping(plan_.timeout, net::as_result);
    ping_outcome outcome;
    outcome.transport = to_string(link_.statistics().carrier.value_or(transport::udp));
    if (!error) {
      outcome.round_trip = reply.round_trip;
    } else if (error == proto::errc::timeout) {
      outcome.has_reached = reply.has_reached;
    } else {
      outcome.trouble = error == proto::errc::closed ? "not connected at the moment" : error.message();
    }
    co_return outcome;
  }

  void show_connection() {
    const auto now = link_.statistics();
    const auto& connection = now.connection;
    if (!connection) return;
    const transport carrier = now.carrier.value_or(transport::udp);
    std::string line =
        fmt::format("connection ({}): smoothed rtt {}", to_string(carrier), format_duration(connection->rtt_smoothed));
    // What TCP lost and sent again is not ours to know.
    if (carrier == transport::udp)
      line += fmt::format(", {} of {} packets sent were lost", connection->packets_lost, connection->packets_sent);
    call_.out.data(line + "\n");
    const auto in_ms = [](proto::duration one) { return std::chrono::duration<double, std::milli>(one).count(); };
    call_.result["connection"] = {{"srtt_ms", in_ms(connection->rtt_smoothed)},
                                  {"min_rtt_ms", in_ms(connection->rtt_min)},
                                  {"packets_sent", connection->packets_sent},
                                  {"packets_received", connection->packets_received},
                                  {"packets_lost", connection->packets_lost}};
  }

  context& call_;
  tern_address relay_;
  relay_trust trust_;
  ping_plan plan_;
  client link_;
};

// The client must not outlive the loop it runs on.
net::awaitable<exit_code> ping(context& call, tern_address address) {
  relay_pinger pinger(call, address);
  co_return co_await pinger.run();
}
}  // namespace

exit_code ping_tern(context& call, const tern_address& address) {
  return run_until_done(ping(call, address), on_signal::leave_to_main);
}

}  // namespace tern::cli
