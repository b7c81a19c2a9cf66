#include "cli/commands/message_input.hpp"
#include "cli/output/message_sink.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/plain/plain_commands.hpp"
#include "cli/plain/plain_output.hpp"
#include "cli/process/run_loop.hpp"
#include "udp/plain/datagram_exchange.hpp"
#include "udp/plain/datagram_port.hpp"
#include "udp/plain/line_input.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

namespace {
using namespace std::chrono_literals;

constexpr message_rules datagram_rules{udp::datagram_port::datagram_bytes_max, "a UDP datagram holds no more", true};

struct datagram_job {
  context& call;
  tern_address address;
  std::vector<proto::address> remotes{};
  std::chrono::nanoseconds wait{};
};

// By default there is a second for a reply where somebody looks at the screen.
std::chrono::nanoseconds wait_for_reply(const context& call) {
  return call.args.duration("wait").value_or(call.out.stdout_is_terminal() ? 1s : 0s);
}

void show_reply(context& call, const proto::address& from, std::string_view reply) {
  call.out.note(fmt::format("reply from {} ({} bytes)", from.to_string(), reply.size()));
  received_output shown(call.out);
  shown.take(reply);
  shown.finish();
  nlohmann::ordered_json record{{"type", "reply"}, {"from", from.to_string()}};
  record.update(text_fields(reply));
  call.out.record(record);
}

void show_receipt(context& call, const udp::datagram_receipt& receipt, std::size_t size) {
  call.out.note(
      fmt::format("sent {} bytes from {} to {} (udp)", size, receipt.local.to_string(), receipt.remote.to_string()));
  call.out.record({{"type", "sent"},
                   {"transport", "udp"},
                   {"local", receipt.local.to_string()},
                   {"remote", receipt.remote.to_string()},
                   {"bytes", size}});
  if (receipt.reply) show_reply(call, receipt.remote, proto::as_text(*receipt.reply));
}

net::awaitable<void> send_one(datagram_job& job, std::string text) {
  const proto::byte_view view = proto::as_bytes(text);
  proto::bytes payload(view.begin(), view.end());
  const auto receipt = co_await udp::exchange_datagram(job.remotes, std::move(payload), job.wait);
  if (!receipt && receipt.error() == std::errc::message_size) {
    throw failure(exit_code::failed, "too_big",
                  fmt::format("the message has {} bytes: {}; nothing was sent", text.size(), explain(receipt.error())));
  }
  if (!receipt) throw connect_failure(job.address, receipt.error());
  show_receipt(job.call, *receipt, text.size());
}

net::awaitable<exit_code> send_lines(datagram_job& job) {
  auto input = udp::line_input::open(co_await asio::this_coro::executor, 0);
  while (input) {
    auto line = co_await input->next_line();
    if (!line) {
      throw failure(exit_code::failed, "input", "cannot read standard input: " + explain(line.error()));
    }
    if (!line->has_value()) co_return exit_code::done;
    co_await send_one(job, std::move(**line));
  }
  throw failure(exit_code::failed, "input", "cannot read standard input: it is closed");
}

net::awaitable<exit_code> send(datagram_job& job, std::optional<std::string> message) {
  job.remotes = co_await resolve_or_fail(job.address, family_from(job.call.args), false);
  if (!message) co_return co_await send_lines(job);
  co_await send_one(job, std::move(*message));
  co_return exit_code::done;
}
}  // namespace

exit_code send_datagram(context& call, const tern_address& address) {
  datagram_job job{call, address};
  job.wait = wait_for_reply(call);
  std::optional<std::string> message;
  if (!call.args.has("lines")) message = read_message(call, datagram_rules);
  return run_until_done(send(job, std::move(message)));
}

}  // namespace tern::cli
