#include "cli/chat/labels.hpp"
#include "cli/chat/rendering.hpp"
#include "cli/commands/message_input.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/process/event.hpp"
#include "cli/process/run_loop.hpp"
#include "cli/relay_client/delivery_wait.hpp"
#include "cli/relay_client/open_client.hpp"
#include "cli/relay_client/tern_commands.hpp"
#include "cli/units/units.hpp"
#include "proto/error.hpp"
#include "proto/utf8.hpp"
#include "udp/clock.hpp"
#include "udp/expiry.hpp"
#include "udp/plain/line_input.hpp"
#include "udp/system_entropy.hpp"

#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <sodium/crypto_generichash.h>

namespace tern::cli {

namespace {
constexpr message_rules tern_rules{proto::chat::body_bytes_max, "that is the most a message may have", false};
constexpr std::size_t lines_in_flight_max = 256;
// One more for a carriage return.
constexpr udp::line_limit message_lines{proto::chat::body_bytes_max + 1, true};

struct send_job {
  context& call;
  tern_address relay;
  relay_trust trust;
  proto::chat::body_kind kind = proto::chat::body_kind::text;
  message_options options{};
  std::chrono::nanoseconds timeout{};
  std::optional<std::chrono::nanoseconds> delivery_timeout{};  // where delivery is waited for
  client* link = nullptr;                                      // as long as send() runs: it must not outlive its loop
  std::size_t committed = 0;
  std::size_t relayed = 0;  // in a live room

  send_job(context& from, const tern_address& address) : call(from), relay(address), trust(from, address) {}
};

// Any text names an outbox: the same text again, by the same key, is the same message again.
proto::chat::outbox_id outbox_for(const std::string& id) {
  proto::chat::outbox_id outbox{};
  const auto text = proto::as_bytes(id);
  crypto_generichash(outbox.data(), outbox.size(), text.data(), text.size(), nullptr, 0);
  return outbox;
}

// So that the message can be said again as the same one.
proto::chat::outbox_id outbox_of_its_own() {
  proto::chat::outbox_id outbox{};
  udp::system_entropy{}.fill(outbox);
  return outbox;
}

void check_body(const send_job& job, const std::string& text) {
  if (text.empty()) {
    throw failure(exit_code::usage, "empty", "the message is empty; nothing was sent");
  }
  if (job.kind == proto::chat::body_kind::text && !proto::is_valid_utf8(text)) {
    throw failure(exit_code::failed, "bad_text",
                  "the message is not valid UTF-8; nothing was sent (--bytes sends bytes of any kind)");
  }
}

// " (1 packet, udp)". What TCP makes of it, in packets, nobody is told.
std::string how_it_went(const receipt& got) {
  if (got.carrier == transport::tcp) return " (tcp)";
  return fmt::format(" ({} packet{}, udp)", got.packets, got.packets == 1 ? "" : "s");
}

void show_receipt(send_job& job, const receipt& got) {
  job.trust.on_proved();
  ++(got.is_kept ? job.committed : job.relayed);
  job.call.out.receipt(receipt_line(got.to, got.position, got.latency, got.duplicate, got.is_kept) + how_it_went(got));
  job.call.out.record({{"type", got.is_kept ? "committed" : "relayed"},
                       {"room", place_label(got.to)},
                       {"position", got.position.value},
                       {"time", utc_text(got.time)},
                       {"latency_ms", static_cast<double>(got.latency.count()) / 1e6},
                       {"packets", got.packets},
                       {"transport", to_string(got.carrier)},
                       {"duplicate", got.duplicate}});
}

failure refused_failure(const proto::chat::refused& why, const std::string& more) {
  return {exit_code::refused, std::string(refusal_word(why.reason)), refusal_line(why.reason, why.text) + more};
}

[[noreturn]] void throw_send_failure(send_job& job, std::error_code error, const receipt& got) {
  job.trust.throw_if_refused();
  const bool is_given_up = error == proto::errc::timeout && !got.was_sent;
  if (got.refusal && (error == proto::errc::refused || is_given_up)) {
    throw refused_failure(*got.refusal, is_given_up ? "; tried for " + format_duration(job.timeout) : std::string());
  }
  throw relay_failure(job.relay, error, job.timeout, got.was_sent);
}

void show_delivery(send_job& job, const receipt& got, proto::duration latency) {
  job.call.out.receipt(
      fmt::format("delivered {} #{} in {}", place_label(got.to), got.position.value, format_duration(latency)));
  job.call.out.record({{"type", "delivered"},
                       {"room", place_label(got.to)},
                       {"position", got.position.value},
                       {"latency_ms", static_cast<double>(latency.count()) / 1e6}});
}

failure undelivered(const send_job& job, const receipt& got) {
  return {exit_code::unconfirmed, "not_delivered",
          fmt::format("committed {} #{}, but not known to be delivered after {}", place_label(got.to),
                      got.position.value, format_duration(*job.delivery_timeout))};
}

net::awaitable<void> wait_for_delivery(send_job& job, const said_message& said, const receipt& got,
                                       proto::time_point began) {
  if (!got.is_kept) {
    throw failure(exit_code::unconfirmed, "not_delivered",
                  fmt::format("relayed {}: a live room does not tell who has taken it", place_label(got.to)));
  }
  const auto left = *job.delivery_timeout - (udp::clock::now() - began);
  const udp::expiry expiry(co_await asio::this_coro::executor, left, [&job] { *job.link = client{}; });
  const std::error_code error = co_await until_delivered(*job.link, said, got.position);
  if (expiry.has_expired() || error == proto::errc::timeout) throw undelivered(job, got);
  if (error) throw relay_failure(job.relay, error, *job.delivery_timeout, true);
  show_delivery(job, got, udp::clock::now() - began);
}

net::awaitable<void> send_one(send_job& job, std::string text) {
  check_body(job, text);
  const proto::time_point began = udp::clock::now();
  const proto::byte_view view = proto::as_bytes(text);
  const said_message said{destination_of(job.relay), job.kind, proto::bytes(view.begin(), view.end()), job.options};
  auto [error, got] = co_await job.link->async_send(said.to, said.kind, said.body, said.options, net::as_result);
  if (error) throw_send_failure(job, error, got);
  show_receipt(job, got);
  if (job.delivery_timeout) co_await wait_for_delivery(job, said, got, began);
}

// Why the relay took a line not yet, the last time, and until when it is not to be asked again.
struct delay {
  std::optional<proto::chat::refused> why;
  proto::time_point until{};
  bool is_wanted = true;  // false: who wanted to know has ended, and so may have the client
};

net::awaitable<void> note_delays(client& link, std::shared_ptr<delay> latest) {
  while (latest->is_wanted) {
    auto [error, came] = co_await link.async_receive(net::as_result);
    if (error) co_return;
    auto* delayed = std::get_if<proto::chat::message_delayed>(&came);
    // What is refused only because it comes behind another names no time.
    if (delayed == nullptr || delayed->reason.retry_after.count() == 0) continue;
    latest->until = udp::clock::now() + delayed->reason.retry_after;
    latest->why = std::move(delayed->reason);
  }
}

// Many lines on their way at once. They wait for each other, as the relay may ask to slow down: so the timeout is
// for no line being committed at all, beyond what the relay asks to wait. The first failure ends it.
class line_sender {
 public:
  line_sender(send_job& job, net::any_io_executor executor)
      : job_(job),
        executor_(std::move(executor)),
        changed_(executor_),
        input_(udp::line_input::open(executor_, 0, message_lines)) {}
  line_sender(const line_sender&) = delete;
  line_sender& operator=(const line_sender&) = delete;
  ~line_sender() { delay_->is_wanted = false; }

  net::awaitable<void> run() {
    if (!input_) throw failure(exit_code::failed, "input", "cannot read standard input: it is closed");
    asio::co_spawn(executor_, note_delays(*job_.link, delay_), asio::detached);
    while (!problem_) {
      auto line = co_await input_->next_line();
      if (problem_) break;
      if (!line) unreadable_ = unreadable(line.error());
      if (!line || !line->has_value()) break;
      while (in_flight_ >= lines_in_flight_max && !problem_) co_await changed_.wait();
      if (!(*line)->empty()) start(std::move(**line));
    }
    while (in_flight_ > 0) co_await changed_.wait();
    if (problem_) std::rethrow_exception(problem_);
    if (unreadable_) throw *unreadable_;
  }

 private:
  static failure unreadable(std::error_code error) {
    if (error != std::errc::message_size) {
      return {exit_code::failed, "input", "cannot read standard input: " + explain(error)};
    }
    return {exit_code::failed, "too_big",
            fmt::format("a line is more than {}: that is the most a message may have; only what stands before it was "
                        "sent",
                        format_size(proto::chat::body_bytes_max))};
  }

  void start(std::string line) {
    ++in_flight_;
    if (in_flight_ == 1) watch_progress();
    const auto on_end = [this](std::exception_ptr problem) {
      --in_flight_;
      watch_progress();
      if (problem) fail(std::move(problem));
      changed_.notify();
    };
    asio::co_spawn(executor_, send_one(job_, std::move(line)), on_end);
  }

  void watch_progress() {
    watchdog_.reset();
    if (in_flight_ > 0 && !problem_) watch_for(job_.timeout);
  }

  void watch_for(proto::duration time) {
    watchdog_.emplace(executor_, time, [this] { on_standstill(); });
  }

  void on_standstill() {
    const auto wait = delay_->until + job_.timeout - udp::clock::now();
    const bool is_put_off = delay_->why && wait.count() > 0;
    if (is_put_off && delay_->why->reason == proto::chat::refusal::rate) return watch_for(wait);
    fail(std::make_exception_ptr(standstill(is_put_off)));
  }

  failure standstill(bool is_put_off) const {
    if (is_put_off) return refused_failure(*delay_->why, "; tried for " + format_duration(job_.timeout));
    const bool may_arrive = job_.link->statistics().was_ever_connected;
    return relay_failure(job_.relay, proto::errc::timeout, job_.timeout, may_arrive);
  }

  // Everything that still waits ends then, which is waited for.
  void fail(std::exception_ptr problem) {
    if (problem_) return;
    problem_ = std::move(problem);
    input_->cancel();
    delay_->is_wanted = false;
    *job_.link = client{};
  }

  send_job& job_;
  net::any_io_executor executor_;
  event changed_;
  udp::result<udp::line_input> input_;
  std::optional<udp::expiry> watchdog_;
  std::shared_ptr<delay> delay_ = std::make_shared<delay>();  // outlives this with what notes it
  std::size_t in_flight_ = 0;
  std::optional<failure> unreadable_;  // thrown when what came before is committed
  std::exception_ptr problem_;
};

net::awaitable<exit_code> send(send_job& job, std::optional<std::string> message) {
  const auto executor = co_await asio::this_coro::executor;
  client link = open_client(job.call, job.trust, naming::anonymous, keeping::nothing, executor);
  job.link = &link;
  if (message) {
    co_await send_one(job, std::move(*message));
  } else {
    line_sender lines(job, executor);
    co_await lines.run();
  }
  job.call.result["committed"] = job.committed;
  if (job.relayed > 0) job.call.result["relayed"] = job.relayed;
  constexpr std::chrono::seconds farewell{1};
  co_await link.async_close(farewell, net::as_result);
  co_return exit_code::done;
}
}  // namespace

exit_code send_tern(context& call, const tern_address& address) {
  std::optional<std::string> message;
  if (!call.args.has("lines")) message = read_message(call, tern_rules);
  send_job job(call, address);
  if (call.args.has("bytes")) job.kind = proto::chat::body_kind::bytes;
  if (message) check_body(job, *message);
  job.timeout = timeout_of(call);
  if (const auto deadline = call.args.duration("deadline")) {
    if (deadline->count() == 0) throw usage_error("--deadline: 0 leaves no time for anything");
    job.timeout = std::min(job.timeout, *deadline);
  }
  // Lines have a common timeout instead.
  if (message || call.args.has("deadline")) job.options.timeout = job.timeout;
  if (const auto id = call.args.value("id")) {
    if (!message) throw usage_error("--id names one message, --lines are many");
    job.options.outbox = outbox_for(*id);
  }
  if (call.args.has("delivered")) {
    if (!message) throw usage_error("--delivered waits for one message, --lines are many");
    job.delivery_timeout = timeout_of(call);  // a deadline is for its being sent
    if (!job.options.outbox) job.options.outbox = outbox_of_its_own();
  }
  return run_until_done(send(job, std::move(message)));
}

}  // namespace tern::cli
