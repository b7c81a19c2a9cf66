#include "cli/chat/labels.hpp"
#include "cli/identity/seed_file.hpp"
#include "cli/output/message_sink.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/plain/plain_output.hpp"
#include "cli/process/run_loop.hpp"
#include "cli/relay_client/tern_commands.hpp"
#include "proto/error.hpp"
#include "proto/seal/base64url.hpp"
#include "udp/expiry.hpp"
#include "udp/listener.hpp"
#include "udp/socket_address.hpp"
#include "udp/system_entropy.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

namespace {
// So that the last receipt is on its way, and can be repeated once, before the port closes.
constexpr std::chrono::milliseconds farewell{100};

struct listen_job {
  context& call;
  tern_address address;
  message_sink sink;
  std::optional<std::chrono::nanoseconds> idle_max{};
};

net::awaitable<std::vector<proto::address>> local_addresses(const listen_job& job) {
  const auto family = family_from(job.call.args);
  if (!job.address.host.empty() || family != udp::address_family::any) {
    co_return co_await resolve_or_fail(job.address, family, true);
  }
  const auto v4 = co_await resolve_or_fail(job.address, udp::address_family::v4_only, true);
  std::vector<proto::address> dual_stack{udp::any_v6(v4.front().port)};
  co_return dual_stack;
}

net::awaitable<listener> open_listener(listen_job& job) {
  udp::system_entropy source;
  listener_options options;
  const listen_key_file key(job.call.variables.data_folder());
  options.key = std::make_shared<const proto::x25519_keypair>(key.load_or_create(source));
  const auto addresses = co_await local_addresses(job);
  auto opened = listener::open(co_await asio::this_coro::executor, addresses, std::move(options));
  if (!opened) throw listen_failure(opened.error().half, job.address.authority(), opened.error().reason);
  for (const auto& local : opened->addresses()) {
    announce_listening(job.call.out, udp::transport::udp, local);
    announce_listening(job.call.out, udp::transport::tcp, local);
  }
  const std::string key_text = proto::to_base64url(opened->key().octets);
  job.call.out.note(
      fmt::format("senders need the key once: tern://HOST:{}#{}", opened->addresses().front().port, key_text));
  co_return std::move(*opened);
}

void show(listen_job& job, const listened_message& message) {
  listened shown;
  shown.sender = short_key(message.sender.octets);
  shown.body = proto::as_text(message.body);
  shown.is_text = message.kind == proto::chat::body_kind::text;
  shown.line_ended = true;
  shown.fields["transport"] = "tern";
  shown.fields["address"] = message.from.to_string();
  shown.fields["key"] = proto::to_base64url(message.sender.octets);
  shown.fields["to"] = place_label(message.to);
  job.sink.take(shown);
}

net::awaitable<exit_code> listen(listen_job& job) {
  auto open = co_await open_listener(job);
  const auto executor = co_await asio::this_coro::executor;
  bool timed_out = false;
  while (!job.sink.is_done() && !timed_out) {
    const udp::expiry limit(executor, job.idle_max, [&open] { open.close(); });
    auto [error, message] = co_await open.async_receive(net::as_result);
    timed_out = limit.has_expired();
    if (error && !timed_out) {
      throw failure(exit_code::failed, "broken", fmt::format("listening ended: {}", error.message()));
    }
    if (error) break;
    show(job, message);
    // What could not be printed is not committed.
    if (!job.sink.has_failed()) open.confirm(message);
  }
  if (!timed_out) {
    net::steady_timer last_moment(executor, farewell);
    co_await last_moment.async_wait(net::as_result);
  }
  open.close();
  co_return job.sink.conclude(timed_out);
}
}  // namespace

exit_code listen_tern(context& call, const tern_address& address) {
  listen_job job{call, address, message_sink(call)};
  job.idle_max = call.args.duration("timeout");
  return run_until_done(listen(job));
}

}  // namespace tern::cli
