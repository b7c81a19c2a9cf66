#include "cli/output/message_sink.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/plain/plain_commands.hpp"
#include "cli/plain/plain_output.hpp"
#include "cli/process/run_loop.hpp"
#include "cli/units/units.hpp"
#include "udp/plain/datagram_turns.hpp"
#include "udp/plain/line_session.hpp"
#include "udp/plain/tcp_connect.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

namespace {
struct chat_job {
  context& call;
  tern_address address;
  bool heard = false;
};

void tell_connected(context& call, const proto::address& local, const proto::address& remote, std::string_view name) {
  call.out.note(fmt::format("connected to {} from {} ({})", remote.to_string(), local.to_string(), name));
  call.out.record(
      {{"type", "connected"}, {"transport", name}, {"local", local.to_string()}, {"remote", remote.to_string()}});
}

net::awaitable<std::unique_ptr<udp::line_peer>> connect(chat_job& job) {
  const auto executor = co_await asio::this_coro::executor;
  const auto ending = job.call.args.has("crlf") ? udp::line_ending::crlf : udp::line_ending::lf;
  auto remotes = co_await resolve_or_fail(job.address, family_from(job.call.args), false);
  if (job.address.scheme == address_scheme::udp) {
    auto peer = udp::datagram_turns::open(executor, std::move(remotes), ending);
    if (!peer) throw connect_failure(job.address, peer.error());
    tell_connected(job.call, (*peer)->local_address(), (*peer)->remote_address(), "udp");
    co_return std::move(*peer);
  }
  udp::tcp_connect_options options;
  options.timeout = parse_duration(job.call.settings.get("timeout").text).value();
  auto stream = co_await udp::tcp_connect(std::move(remotes), std::move(options));
  if (!stream) throw connect_failure(job.address, stream.error());
  tell_connected(job.call, stream->local_address(), stream->remote_address(), "tcp");
  co_return std::make_unique<udp::tcp_line_peer>(std::move(*stream), ending);
}

void show_line(chat_job& job, std::string_view line) {
  job.heard = true;
  const bool filter = job.call.out.stdout_is_terminal();
  job.call.out.data((filter ? screen_text(line, "    | ") : std::string(line)) + "\n");
  nlohmann::ordered_json record{{"type", "message"}};
  record.update(text_fields(line));
  job.call.out.record(record);
}

exit_code conclude(chat_job& job, const udp::result<udp::session_end>& end) {
  if (!end && !job.heard && end.error() == std::errc::connection_refused) {
    throw connect_failure(job.address, end.error());
  }
  // A peer that is gone, however it went, is how a chat ends.
  const bool is_gone = !end && (end.error() == std::errc::connection_refused ||
                                end.error() == std::errc::connection_reset || end.error() == std::errc::broken_pipe);
  if (!end && !is_gone) {
    throw failure(exit_code::failed, "broken", fmt::format("the chat ended: {}", explain(end.error())));
  }
  if (is_gone || *end == udp::session_end::hung_up) job.call.out.note("the other side hung up");
  job.call.result["ended_by"] = is_gone || *end == udp::session_end::hung_up ? "peer"
                                : *end == udp::session_end::bye              ? "bye"
                                                                             : "end of input";
  return exit_code::done;
}

net::awaitable<exit_code> chat(chat_job& job) {
  auto input = udp::line_input::open(co_await asio::this_coro::executor, 0);
  if (!input) throw failure(exit_code::failed, "input", "cannot read standard input: it is closed");
  const auto peer = co_await connect(job);
  udp::line_session_options options;
  options.linger = job.call.args.duration("wait").value_or(options.linger);
  const std::function<void(std::string_view)> on_line = [&job](std::string_view line) { show_line(job, line); };
  const auto end = co_await udp::run_line_session(*input, *peer, options, on_line);
  co_return conclude(job, end);
}
}  // namespace

exit_code chat_plain_sockets(context& call, const tern_address& address) {
  chat_job job{call, address};
  return run_until_done(chat(job));
}

}  // namespace tern::cli
