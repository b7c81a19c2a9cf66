#include "udp/plain/line_session.hpp"

#include <variant>

namespace tern::udp {

namespace {

using outcome = result<session_end>;
using steady_time = std::chrono::steady_clock::time_point;

// Both directions of one session; lives as long as the coroutine that runs it.
struct conversation {
  line_input& input;
  line_peer& peer;
  line_session_options options;
  std::function<void(std::string_view)> on_line;
  steady_time last_heard{};
};

net::awaitable<void> wait_until_quiet(conversation& talk) {
  net::steady_timer timer{co_await asio::this_coro::executor};
  const auto linger = std::chrono::duration_cast<std::chrono::steady_clock::duration>(talk.options.linger);
  talk.last_heard = std::chrono::steady_clock::now();
  for (;;) {
    const auto until = talk.last_heard + linger;
    timer.expires_at(until);
    auto [error] = co_await timer.async_wait(net::as_result);
    if (error || talk.last_heard + linger <= until) co_return;
  }
}

net::awaitable<outcome> send_lines(conversation& talk) {
  for (;;) {
    auto line = co_await talk.input.next_line();
    if (!line) co_return tl::unexpected{line.error()};
    if (!line->has_value()) break;
    const bool is_goodbye = **line == talk.options.goodbye;
    if (const auto error = co_await talk.peer.send_line(std::move(**line))) co_return tl::unexpected{error};
    if (is_goodbye) co_return session_end::bye;
  }
  talk.peer.end_sending();
  co_await wait_until_quiet(talk);
  co_return session_end::end_of_input;
}

net::awaitable<outcome> receive_lines(conversation& talk) {
  for (;;) {
    const auto line = co_await talk.peer.receive_line();
    if (!line) co_return tl::unexpected{line.error()};
    if (!line->has_value()) co_return session_end::hung_up;
    talk.last_heard = std::chrono::steady_clock::now();
    talk.on_line(**line);
    if (**line == talk.options.goodbye) co_return session_end::bye;
  }
}

}  // namespace

net::awaitable<outcome> run_line_session(line_input& input, line_peer& peer, line_session_options options,
                                         std::function<void(std::string_view)> on_line) {
  using net::operators::operator||;
  conversation talk{input, peer, std::move(options), std::move(on_line), {}};
  auto first = co_await (send_lines(talk) || receive_lines(talk));
  co_return std::visit([](outcome ended) { return ended; }, first);
}

}  // namespace tern::udp
