#include "cli/commands/message_input.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/plain/plain_commands.hpp"
#include "cli/plain/plain_output.hpp"
#include "cli/process/run_loop.hpp"
#include "cli/units/units.hpp"
#include "udp/expiry.hpp"
#include "udp/plain/line_ending.hpp"
#include "udp/plain/tcp_connect.hpp"
#include "udp/plain/tcp_exchange.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

namespace {
constexpr message_rules stream_rules{64U * 1024 * 1024, "more than one message should be", true};

struct stream_job {
  context& call;
  tern_address address;
  std::string message{};
  udp::after_sending then = udp::after_sending::half_close;
};

net::awaitable<udp::tcp_stream> connect(stream_job& job) {
  udp::tcp_connect_options options;
  options.timeout = parse_duration(job.call.settings.get("timeout").text).value();
  options.on_failure = [&job](const proto::address& where, std::error_code error) {
    job.call.out.detail(fmt::format("{}: {}", where.to_string(), explain(error)));
  };
  auto remotes = co_await resolve_or_fail(job.address, family_from(job.call.args), false);
  auto stream = co_await udp::tcp_connect(std::move(remotes), std::move(options));
  if (!stream) throw connect_failure(job.address, stream.error());
  const std::string remote = stream->remote_address().to_string();
  const std::string local = stream->local_address().to_string();
  job.call.out.note(fmt::format("connected to {} from {} (tcp)", remote, local));
  job.call.out.record({{"type", "connected"}, {"transport", "tcp"}, {"local", local}, {"remote", remote}});
  co_return std::move(*stream);
}

void throw_unless_expired(const udp::expiry& limit, std::error_code error) {
  if (limit.has_expired()) return;
  throw failure(exit_code::failed, "broken", fmt::format("the connection broke: {}", explain(error)));
}

net::awaitable<exit_code> send(stream_job& job) {
  auto stream = co_await connect(job);
  const udp::expiry limit(stream.executor(), job.call.args.duration("wait"), [&stream] { stream.cancel(); });
  received_output shown(job.call.out);
  const std::function<void(proto::byte_view)> on_data = [&](proto::byte_view data) {
    shown.take(proto::as_text(data));
    job.call.out.record({{"type", "received"}, {"text", proto::as_text(data)}, {"bytes", data.size()}});
  };
  const proto::byte_view view = proto::as_bytes(job.message);
  proto::bytes payload(view.begin(), view.end());
  const auto totals = co_await udp::exchange_tcp(stream, std::move(payload), job.then, on_data);
  if (!totals) throw_unless_expired(limit, totals.error());
  shown.finish();
  if (totals) job.call.result["sent_bytes"] = totals->sent_bytes;
  if (totals) job.call.result["received_bytes"] = totals->received_bytes;
  co_return exit_code::done;
}
}  // namespace

exit_code send_stream(context& call, const tern_address& address) {
  stream_job job{call, address};
  if (call.args.has("no-input")) {
    if (call.args.words().size() > 1) throw usage_error("TEXT and --no-input exclude each other");
    job.then = udp::after_sending::keep_open;
  } else {
    job.message = read_message(call, stream_rules);
  }
  if (call.args.has("crlf")) job.message = udp::with_crlf(job.message);
  return run_until_done(send(job));
}

}  // namespace tern::cli
