#include "cli/chat/chat_line.hpp"
#include "cli/chat/labels.hpp"
#include "cli/chat/rendering.hpp"
#include "cli/process/event.hpp"
#include "cli/process/run_loop.hpp"
#include "cli/relay_client/open_client.hpp"
#include "cli/relay_client/own_lines.hpp"
#include "cli/relay_client/tern_commands.hpp"
#include "cli/screen_safety/screen_safety.hpp"
#include "cli/units/units.hpp"
#include "proto/chat/names.hpp"
#include "proto/error.hpp"
#include "proto/utf8.hpp"
#include "udp/expiry.hpp"
#include "udp/plain/line_input.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

namespace {
namespace chat = proto::chat;

constexpr std::size_t lines_in_flight_max = 256;
// Direct messages are kept by the relay; this many of the newest are shown at the start.
constexpr std::uint32_t inbox_backlog = 50;
// After the end of input: how long nothing may be committed before the chat gives up.
constexpr std::chrono::seconds drain_patience{60};

// A line in, a line out. Three coroutines run together: what is typed, what comes, and one for each message on its
// way. The first serious problem ends all of them.
class plain_chat {
 public:
  plain_chat(context& call, const tern_address& relay, net::any_io_executor executor)
      : call_(call),
        relay_(relay),
        trust_(call, relay),
        executor_(std::move(executor)),
        timeout_(timeout_of(call)),
        changed_(executor_),
        here_(destination_of(relay)) {}

  net::awaitable<exit_code> run() {
    auto input = udp::line_input::open(executor_, 0);
    if (!input) throw failure(exit_code::failed, "input", "cannot read standard input: it is closed");
    input_.emplace(std::move(*input));
    link_ = open_client(call_, relay_, trust_, naming::claim, executor_);
    watch(&plain_chat::receive);
    watch(&plain_chat::type);
    while (running_ > 0) co_await changed_.wait();
    if (problem_) std::rethrow_exception(problem_);
    call_.result["committed"] = committed_;
    call_.result["received"] = received_;
    co_return refused_ ? exit_code::refused : exit_code::done;
  }

 private:
  void watch(net::awaitable<void> (plain_chat::*part)()) { start((this->*part)()); }

  void start(net::awaitable<void> part) {
    ++running_;
    const auto on_end = [this](std::exception_ptr problem) {
      --running_;
      if (problem) end_with(std::move(problem));
      changed_.notify();
    };
    asio::co_spawn(executor_, std::move(part), on_end);
  }

  void end_with(std::exception_ptr problem) {
    if (!problem_) problem_ = std::move(problem);
    input_->cancel();
    link_ = client{};
  }

  // What is typed.

  net::awaitable<void> type() {
    co_await enter(here_);
    const chat::destination inbox = chat::destination::own_inbox();
    chat::join_options newest;
    newest.backlog_max = inbox_backlog;
    co_await link_.async_join(inbox, newest, net::as_result);
    while (!quitting_) {
      auto line = co_await input_->next_line();
      if (problem_) co_return;
      if (!line) throw failure(exit_code::failed, "input", "cannot read standard input: " + line.error().message());
      if (!line->has_value()) break;
      while (in_flight_ >= lines_in_flight_max && !problem_) co_await changed_.wait();
      const chat_line typed = parse_chat_line(**line);
      co_await obey(typed);
    }
    if (!quitting_ && call_.args.has("follow")) co_return;
    co_await drain();
    constexpr std::chrono::seconds farewell{1};
    co_await link_.async_close(farewell, net::as_result);
  }

  // Everything typed is committed or refused before the end.
  net::awaitable<void> drain() {
    while (in_flight_ > 0 && !problem_) {
      const std::size_t before = decided_;
      const udp::expiry patience(executor_, drain_patience, [this] { changed_.notify(); });
      while (in_flight_ > 0 && decided_ == before && !problem_ && !patience.has_expired()) co_await changed_.wait();
      if (decided_ == before && in_flight_ > 0 && patience.has_expired())
        throw relay_failure(relay_, proto::errc::timeout, drain_patience, link_.statistics().was_ever_connected);
    }
  }

  net::awaitable<void> enter(chat::destination place) {
    chat::join_options options;
    options.backlog_max = static_cast<std::uint32_t>(call_.args.number("backlog", 0, 1000).value_or(0));
    bool expired = false;
    const udp::expiry expiry(executor_, timeout_, [&] {
      expired = true;
      if (!link_.statistics().was_ever_connected) link_ = client{};
    });
    const auto [error] = co_await link_.async_join(place, options, net::as_result);
    if (!error) {
      trust_.on_proved();
      here_ = std::move(place);
      co_return;
    }
    if (problem_) co_return;
    trust_.throw_if_refused();
    if (error == proto::errc::refused && entered_once_) co_return;
    throw relay_failure(relay_, expired ? make_error_code(proto::errc::timeout) : error, timeout_, false);
  }

  net::awaitable<void> obey(const chat_line& typed) {
    if (const auto* said = std::get_if<say_line>(&typed)) {
      say(here_, said->text);
    } else if (const auto* whisper = std::get_if<whisper_line>(&typed)) {
      if (const auto person = chat::fold_name(whisper->person)) {
        say(chat::destination::person(*person), whisper->text);
      } else {
        call_.out.error(fmt::format("'{}' is no name", screen_line(whisper->person)));
      }
    } else if (const auto* join = std::get_if<join_line>(&typed)) {
      if (const auto room = chat::fold_name(join->room)) {
        entered_once_ = true;
        co_await enter(chat::destination::room(*room));
        call_.out.note(fmt::format("now in {}", place_label(here_)));
      } else {
        call_.out.error(fmt::format("'{}' is no room name", screen_line(join->room)));
      }
    } else if (const auto* left = std::get_if<leave_line>(&typed)) {
      const auto room = left->room.empty() ? std::optional{here_.name} : chat::fold_name(left->room);
      if (room) link_.leave(chat::destination::room(*room));
    } else if (const auto* nick = std::get_if<nick_line>(&typed)) {
      if (const auto name = chat::fold_name(nick->name)) {
        link_.claim_name(*name, {});
      } else {
        call_.out.error(fmt::format("'{}' is no name: 1 to 32 of a-z, 0-9, - and _", screen_line(nick->name)));
      }
    } else {
      co_await answer(typed);
    }
  }

  // Commands that ask for something.
  net::awaitable<void> answer(const chat_line& typed) {
    if (std::holds_alternative<who_line>(typed)) {
      auto [error, people] = co_await link_.async_who(here_, net::as_result);
      if (error) co_return complain(error);
      for (const auto& person : people.people) tell("person", person_label(person.name, person.key));
    } else if (std::holds_alternative<rooms_line>(typed)) {
      auto [error, rooms] = co_await link_.async_rooms(net::as_result);
      if (error) co_return complain(error);
      for (const auto& room : rooms.rooms) tell("room", fmt::format("{} ({})", screen_line(room.name), room.members));
    } else if (const auto* wanted = std::get_if<history_line>(&typed)) {
      chat::history query;
      query.mode = chat::history_mode::latest;
      query.limit = wanted->limit;
      auto [error, page] = co_await link_.async_history(here_, query, net::as_result);
      if (error) co_return complain(error);
      for (const auto& message : page.entries) call_.out.data(log_line(message) + "\n");
    } else if (std::holds_alternative<stats_line>(typed)) {
      show_statistics();
    } else if (const auto* transport = std::get_if<transport_line>(&typed)) {
      if (transport->wanted.empty() || transport->wanted == "udp") {
        call_.out.note("transport: udp");
      } else {
        call_.out.error("only udp so far");
      }
    } else if (std::holds_alternative<help_line>(typed)) {
      call_.out.note(chat_help_text());
    } else if (std::holds_alternative<quit_line>(typed)) {
      quitting_ = true;
    } else if (const auto* wrong = std::get_if<wrong_line>(&typed)) {
      call_.out.error(wrong->complaint);
    }
  }

  void complain(std::error_code error) { call_.out.error(fmt::format("the relay: {}", error.message())); }

  void tell(std::string_view type, const std::string& text) {
    call_.out.data(text + "\n");
    call_.out.record({{"type", type}, {"text", text}});
  }

  void show_statistics() {
    const client_statistics now = link_.statistics();
    if (!now.connection) return call_.out.note("not connected");
    const auto milliseconds = [](proto::duration value) { return static_cast<double>(value.count()) / 1e6; };
    call_.out.note(fmt::format("udp, RTT {:.1f} ms (min {:.1f}), {} packets out, {} in, {} lost, {} undecided",
                               milliseconds(now.connection->rtt_smoothed), milliseconds(now.connection->rtt_min),
                               now.connection->packets_sent, now.connection->packets_received,
                               now.connection->packets_lost, now.undecided));
  }

  // Messages on their way.

  void say(const chat::destination& to, const std::string& text) {
    if (!proto::is_valid_utf8(text)) {
      refused_ = true;
      return call_.out.error("that line is not valid UTF-8; it was not sent");
    }
    ++in_flight_;
    if (to == here_) own_.on_said(to, text);
    start(deliver(to, text));
  }

  net::awaitable<void> deliver(chat::destination to, std::string text) {
    const proto::byte_view view = proto::as_bytes(text);
    proto::bytes body(view.begin(), view.end());
    const message_options options;
    auto [error, got] = co_await link_.async_send(to, chat::body_kind::text, std::move(body), options, net::as_result);
    --in_flight_;
    ++decided_;
    changed_.notify();
    if (!error) {
      ++committed_;
      trust_.on_proved();
      call_.out.detail(receipt_line(got.to, got.position, got.latency, got.duplicate));
      call_.out.record({{"type", "committed"}, {"room", place_label(got.to)}, {"position", got.position.value}});
      co_return;
    }
    own_.on_not_committed(to, text);
    if (problem_) co_return;
    if (error == proto::errc::refused && got.refusal) {
      refused_ = true;
      call_.out.error(refusal_line(got.refusal->reason, got.refusal->text));
      co_return;
    }
    trust_.throw_if_refused();
    throw relay_failure(relay_, error, timeout_, got.was_sent);
  }

  // What comes.

  net::awaitable<void> receive() {
    for (;;) {
      auto [error, came] = co_await link_.async_receive(net::as_result);
      if (error) co_return;  // whoever closed the client knows why
      show(came);
    }
  }

  void show(const incoming& came) {
    if (const auto* message = std::get_if<chat::entry_received>(&came)) {
      show_message(*message);
    } else if (const auto* change = std::get_if<chat::presence_changed>(&came)) {
      const std::string line = presence_line(change->change);
      if (!line.empty()) call_.out.note(line);
      call_.out.record(presence_record(change->in, change->change));
    } else if (const auto* missing = std::get_if<chat::gap_found>(&came)) {
      call_.out.note(gap_line(missing->missing));
      call_.out.record(gap_record(missing->in, missing->missing));
    } else if (const auto* epoch = std::get_if<chat::epoch_changed>(&came)) {
      call_.out.note(fmt::format("the log of {} began anew: some messages may be missing", place_label(epoch->in)));
    } else if (const auto* given = std::get_if<chat::name_given>(&came)) {
      call_.out.note(fmt::format("you are {}", screen_line(given->name)));
    } else if (const auto* taken = std::get_if<chat::name_refused>(&came)) {
      call_.out.note(fmt::format("the name {} is not to be had: {}", screen_line(taken->name),
                                 refusal_text(taken->reason.reason)));
    } else if (const auto* status = std::get_if<status_change>(&came)) {
      show_status(*status);
    }
  }

  void show_message(const chat::entry_received& message) {
    if (message.own && own_.take_back(message.from, proto::as_text(message.message.body))) return;
    ++received_;
    call_.out.data(message_line(message.from, message.message, here_) + "\n");
    call_.out.record(message_record(message.from, message.message));
  }

  void show_status(const status_change& status) {
    using phase = status_change::phase;
    if (status.now == phase::connected && was_lost_) call_.out.note("connected again");
    if (status.now == phase::disconnected && !was_lost_) call_.out.note("the relay is gone; trying again");
    was_lost_ = status.now == phase::disconnected || (was_lost_ && status.now != phase::connected);
  }

  context& call_;
  tern_address relay_;
  relay_trust trust_;
  net::any_io_executor executor_;
  std::chrono::nanoseconds timeout_;
  event changed_;
  chat::destination here_;
  std::optional<udp::line_input> input_;
  client link_;
  own_lines own_;
  std::size_t running_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t decided_ = 0;
  std::uint64_t committed_ = 0;
  std::uint64_t received_ = 0;
  bool quitting_ = false;
  bool entered_once_ = false;
  bool refused_ = false;
  bool was_lost_ = false;
  std::exception_ptr problem_;
};

// The client must not outlive the loop it runs on.
net::awaitable<exit_code> run_chat(context& call, tern_address address) {
  plain_chat chat(call, address, co_await asio::this_coro::executor);
  co_return co_await chat.run();
}
}  // namespace

exit_code chat_tern(context& call, const tern_address& address) { return run_until_done(run_chat(call, address)); }

}  // namespace tern::cli
