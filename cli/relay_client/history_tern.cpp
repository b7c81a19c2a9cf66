#include "cli/chat/labels.hpp"
#include "cli/chat/rendering.hpp"
#include "cli/process/run_loop.hpp"
#include "cli/relay_client/open_client.hpp"
#include "cli/relay_client/tern_commands.hpp"
#include "cli/screen_safety/screen_safety.hpp"
#include "proto/error.hpp"
#include "proto/packet/varint.hpp"
#include "udp/expiry.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

namespace {
constexpr std::uint32_t page_max = 200;

class history_reader {
 public:
  history_reader(context& call, const tern_address& relay)
      : call_(call),
        relay_(relay),
        trust_(call, relay),
        after_(call.args.number("after", 0, proto::varint_max)),
        left_(call.args.number("limit", 1, UINT64_MAX).value_or(UINT64_MAX)),
        timeout_(timeout_of(call)) {}

  net::awaitable<exit_code> run() {
    link_ = open_client(call_, trust_, naming::anonymous, keeping::nothing, co_await asio::this_coro::executor);
    std::uint64_t position = co_await start();
    bool more = true;
    while (more && left_ > 0) {
      const auto limit = static_cast<std::uint32_t>(std::min<std::uint64_t>(left_, page_max));
      const auto page = co_await ask(proto::chat::history_mode::after, position, limit);
      show(page);
      more = page.more && !is_empty(page);
      position = std::max(position, last_position(page));
    }
    call_.result["messages"] = shown_;
    constexpr std::chrono::seconds farewell{1};
    co_await link_.async_close(farewell, net::as_result);
    co_return exit_code::done;
  }

 private:
  static bool is_empty(const proto::chat::history_page& page) { return page.entries.empty() && page.gaps.empty(); }

  static std::uint64_t last_position(const proto::chat::history_page& page) {
    std::uint64_t last = page.entries.empty() ? 0 : page.entries.back().position.value;
    for (const auto& missing : page.gaps) last = std::max(last, missing.last.value);
    return last;
  }

  // After which position reading begins: with --limit alone, so many before the end.
  net::awaitable<std::uint64_t> start() {
    if (after_) co_return *after_;
    if (!call_.args.has("limit")) co_return 0;
    const auto newest = co_await ask(proto::chat::history_mode::latest, 0, 1);
    const std::uint64_t end = last_position(newest);
    co_return end > left_ ? end - left_ : 0;
  }

  net::awaitable<proto::chat::history_page> ask(proto::chat::history_mode mode, std::uint64_t position,
                                                std::uint32_t limit) {
    proto::chat::history query;
    query.mode = mode;
    query.first = proto::log_position{position};
    query.limit = limit;
    const udp::expiry expiry(co_await asio::this_coro::executor, timeout_, [this] { link_ = client{}; });
    auto [error, answer] = co_await link_.async_history(destination_, query, net::as_result);
    if (error) throw_failure(expiry.has_expired() ? make_error_code(proto::errc::timeout) : error, answer.refusal);
    trust_.on_proved();
    co_return std::move(answer);
  }

  [[noreturn]] void throw_failure(std::error_code error, const std::optional<proto::chat::failed>& refusal) {
    trust_.throw_if_refused();
    if (refusal) {
      const std::string why{refusal->text.empty() ? refusal_text(refusal->reason) : screen_line(refusal->text)};
      throw failure(exit_code::refused, std::string(refusal_word(refusal->reason)),
                    fmt::format("the relay refused the history of {}: {}", place_label(destination_), why));
    }
    throw relay_failure(relay_, error, timeout_, false);
  }

  void show(const proto::chat::history_page& page) {
    // Gaps come before the entries that follow them.
    auto missing = page.gaps.begin();
    for (const auto& message : page.entries) {
      for (; missing != page.gaps.end() && missing->first < message.position; ++missing) show_gap(*missing);
      call_.out.data(log_line(message) + "\n");
      call_.out.record(message_record(destination_, message));
      ++shown_;
      --left_;
    }
    for (; missing != page.gaps.end(); ++missing) show_gap(*missing);
  }

  void show_gap(const proto::chat::gap& missing) {
    call_.out.note("* " + gap_line(destination_, missing));
    call_.out.record(gap_record(destination_, missing));
  }

  context& call_;
  tern_address relay_;
  relay_trust trust_;
  std::optional<std::uint64_t> after_;
  std::uint64_t left_;
  std::chrono::nanoseconds timeout_;
  proto::chat::destination destination_ = destination_of(relay_);
  client link_;
  std::uint64_t shown_ = 0;
};

// The client must not outlive the loop it runs on.
net::awaitable<exit_code> read_history(context& call, tern_address address) {
  history_reader reader(call, address);
  co_return co_await reader.run();
}
}  // namespace

exit_code history_tern(context& call, const tern_address& address) {
  return run_until_done(read_history(call, address));
}

}  // namespace tern::cli
