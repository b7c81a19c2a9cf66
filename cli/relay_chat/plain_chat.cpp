// `tern chat` with a relay: a line in, a line out. Reads standard input and the relay at
// once; ends with the input (unless told to follow), /quit or a signal, when everything said
// is decided.
#include "cli/failure.hpp"
#include "cli/plain/plain_address.hpp"
#include "cli/process/run_loop.hpp"
#include "cli/relay_chat/chat_commands.hpp"
#include "cli/relay_client/tern_commands.hpp"
#include "cli/units/units.hpp"
#include "proto/error.hpp"
#include "udp/expiry.hpp"
#include "udp/plain/line_input.hpp"
#include "udp/readiness.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace tern::cli {

namespace {
// At the end: how long nothing may be decided before what is left is given up. A relay that restarts has that long.
constexpr std::chrono::seconds drain_patience{60};
constexpr std::chrono::seconds quiet_time{1};  // until the wait is explained
constexpr std::chrono::seconds farewell{1};

std::string unconfirmed_text(std::uint64_t messages) {
  if (messages == 1) return "1 message left, but no commit was seen: it may arrive";
  return fmt::format("{} messages left, but no commit was seen: they may arrive", messages);
}

std::string kept_text(std::uint64_t messages) {
  if (messages == 1) return "no commit was seen of 1 message: it is kept, and the next chat here sends it, once";
  return fmt::format("no commit was seen of {} messages: they are kept, and the next chat here sends them, once",
                     messages);
}

class plain_chat {
 public:
  plain_chat(context& call, const tern_address& relay, const net::any_io_executor& executor)
      : input_(udp::line_input::open(executor, 0, said_messages::line_limit)),
        output_(executor, STDOUT_FILENO),
        base_(call, relay, executor),
        parts_(executor, base_.changed),
        signals_(executor),
        places_(base_.link),
        earlier_(base_),
        rooms_(base_, people_),
        view_(call.out, base_.report, rooms_, people_, places_, earlier_),
        said_(base_, view_),
        commands_(base_, rooms_, said_) {}

  // Everything it started has ended when this has.
  net::awaitable<exit_code> run() {
    if (!input_) throw_input_failure(input_.error());
    parts_.start(wait_for_signal());
    parts_.start(watch_output());
    parts_.start(receive());
    parts_.start(read_inbox());
    parts_.start(talk());
    while (!is_over()) co_await base_.changed.wait();
    co_await end();
    co_return conclude();
  }

 private:
  [[noreturn]] static void throw_input_failure(std::error_code error) {
    throw failure(exit_code::failed, "input", "cannot read standard input: " + explain(error));
  }

  bool is_over() const { return base_.is_ending || problem(); }
  std::exception_ptr problem() const { return parts_.problem() ? parts_.problem() : base_.work.problem(); }

  net::awaitable<void> wait_for_signal() {
    signal_ = co_await signals_.wait();
    if (signal_ != 0) base_.is_ending = true;
  }

  // So that `tern chat --follow ... | grep -m 1 ...` ends with the match, not with the message after it.
  net::awaitable<void> watch_output() {
    const auto error = co_await output_.hung_up();
    if (error || is_over()) co_return;  // cancelled, or nothing that can hang up
    throw failure(exit_code::failed, "stdout", "cannot write to standard output: nobody reads it any more");
  }

  net::awaitable<void> receive() {
    for (;;) {
      auto [error, came] = co_await base_.link.async_receive(net::as_result);
      if (error == proto::errc::closed) co_return;  // by us
      base_.trust.throw_if_refused();
      if (error) throw relay_failure(base_.relay, error, timeout_of(base_.call), false);
      view_.show(came);
      if (base_.is_ending) base_.changed.notify();
      if (const auto* live = std::get_if<proto::chat::became_live>(&came)) rooms_.on_live(*live);
    }
  }

  // What others said to us alone, from where that was read last.
  net::awaitable<void> read_inbox() {
    // After a NEW_EPOCH: all that a relay keeps (relay.md, section 5).
    constexpr std::uint32_t kept_max = 1000;
    const auto inbox = proto::chat::destination::own_inbox();
    const auto [error, place] = co_await base_.link.async_place(inbox, net::as_result);
    if (error || is_over()) co_return;
    proto::chat::join_options options;
    options.from = place.value_or(proto::chat::cursor{});
    options.backlog_max = kept_max;
    co_await base_.link.async_join(inbox, options, net::as_result);
  }

  net::awaitable<void> talk() {
    co_await rooms_.enter_first();
    while (!is_over() && !commands_.quit_was_said()) {
      const auto line = co_await input_->next_line();
      if (is_over()) co_return;
      if (!line && line.error() == std::errc::message_size) {
        said_.refuse_long_line();
        continue;
      }
      if (!line) throw_input_failure(line.error());
      if (!line->has_value()) break;
      commands_.obey(**line);
      // What the line has started begins before the next line is obeyed: /join before /leave.
      co_await asio::post(base_.executor, net::as_result);
      while (said_.is_full() && !is_over()) co_await base_.changed.wait();
    }
    base_.is_ending = base_.is_ending || commands_.quit_was_said() || !base_.call.args.has("follow");
  }

  net::awaitable<void> end() {
    base_.is_ending = true;
    input_->cancel();
    output_.cancel();
    if (!problem()) co_await drain();
    if (!problem()) co_await settle();
    if (!problem() && base_.work.is_empty()) co_await base_.link.async_close(farewell, net::as_result);
    base_.hang_up();
    signals_.cancel();
    while (!parts_.is_empty() || !base_.work.is_empty()) co_await base_.changed.wait();
  }

  // Until everything that was asked for is finished, or nothing of it has been for long, or a further signal comes.
  net::awaitable<void> drain() {
    const int signal_before = signal_;
    const proto::duration patience = signal_ == 0 ? drain_patience : timeout_of(base_.call);
    const udp::expiry notice(base_.executor, quiet_time, [this] {
      base_.report.notice("waiting for the relay to take what is left; Ctrl-C gives it up");
    });
    for (std::size_t before = 0; !base_.work.is_empty();) {
      before = base_.work.ended();
      const udp::expiry limit(base_.executor, patience, [this] { base_.changed.notify(); });
      const auto goes_on = [&] { return !problem() && signal_ == signal_before && !limit.has_expired(); };
      while (base_.work.ended() == before && goes_on()) co_await base_.changed.wait();
      if (!goes_on()) co_return;
    }
  }

  // What was said here comes back from its room at once; shown it would be next time only.
  net::awaitable<void> settle() {
    const udp::expiry limit(base_.executor, farewell, [this] { base_.changed.notify(); });
    while (!view_.is_settled() && !limit.has_expired() && !problem()) co_await base_.changed.wait();
  }

  exit_code conclude() {
    base_.call.result["committed"] = said_.committed();
    if (said_.relayed() > 0) base_.call.result["relayed"] = said_.relayed();
    base_.call.result["received"] = view_.shown();
    if (said_.unconfirmed() > 0) {
      base_.report.complain(exit_code::unconfirmed, unconfirmed_text(said_.unconfirmed()));
    }
    if (said_.kept() > 0) base_.report.complain(exit_code::unconfirmed, kept_text(said_.kept()));
    if (problem()) std::rethrow_exception(problem());
    if (signal_ != 0) throw interrupted(signal_);
    return base_.report.outcome();
  }

  udp::result<udp::line_input> input_;
  udp::readiness output_;
  chat_base base_;
  task_group parts_;  // those that run all the time
  signal_wait signals_;
  shown_places places_;
  earlier_chat earlier_;
  known_people people_;
  chat_rooms rooms_;
  incoming_view view_;
  said_messages said_;
  chat_commands commands_;
  int signal_ = 0;
};

net::awaitable<exit_code> run_chat(context& call, tern_address relay) {
  plain_chat chat(call, relay, co_await asio::this_coro::executor);
  co_return co_await chat.run();
}
}  // namespace

exit_code chat_tern(context& call, const tern_address& address) {
  return run_until_done(run_chat(call, address), on_signal::leave_to_main);
}

}  // namespace tern::cli
