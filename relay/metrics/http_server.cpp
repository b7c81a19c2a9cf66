#include "relay/metrics/http_server.hpp"

#include "relay/metrics/http_request.hpp"
#include "udp/expiry.hpp"

#include <array>
#include <fmt/format.h>
#include <list>
#include <utility>

namespace tern::relay {

namespace {

constexpr std::size_t connections_max = 16;
// For a request to come, and for its answer to be taken.
constexpr std::chrono::seconds request_patience{5};
// Where the system has no descriptors left: the next one is asked for later.
constexpr std::chrono::milliseconds pause{100};

std::string_view phrase_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    default:
      return "Service Unavailable";
  }
}

std::string written(const http_response& response, bool with_body) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n"
      "Connection: close\r\n{}\r\n{}",
      response.status, phrase_of(response.status), response.type, response.body.size(),
      response.status == 405 ? "Allow: GET, HEAD\r\n" : "", with_body ? response.body : std::string{});
}

proto::byte_view octets_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

class http_server::implementation : public std::enable_shared_from_this<implementation> {
 public:
  implementation(udp::tcp_listener listener, responder respond)
      : listener_(std::move(listener)), respond_(std::move(respond)), pause_(listener_.executor()) {}

  void begin() {
    asio::co_spawn(
        listener_.executor(), [self = shared_from_this()] { return self->accept_all(); }, asio::detached);
  }
  void end() {
    is_over_ = true;
    listener_.close();
    pause_.cancel();
    for (auto& connection : connections_) connection.close();
  }
  const proto::address& local_address() const { return listener_.local_address(); }

 private:
  using place = std::list<udp::tcp_stream>::iterator;

  net::awaitable<void> accept_all() {
    while (!is_over_) {
      auto accepted = co_await listener_.accept();
      if (is_over_) break;
      if (!accepted) {
        pause_.expires_after(pause);
        co_await pause_.async_wait(net::as_result);
        continue;
      }
      // Whoever only holds connections open keeps nobody else from asking: the oldest gives way.
      if (connections_.size() >= connections_max) connections_.front().close();
      if (connections_.size() <= connections_max) serve(std::move(*accepted));
    }
  }

  void serve(udp::tcp_stream connection) {
    const place at = connections_.insert(connections_.end(), std::move(connection));
    const auto forget = [self = shared_from_this(), at](const std::exception_ptr&) { self->connections_.erase(at); };
    asio::co_spawn(
        listener_.executor(), [self = shared_from_this(), at] { return self->converse(*at); }, forget);
  }

  net::awaitable<void> converse(udp::tcp_stream& connection) {
    const udp::expiry end{connection.executor(), request_patience, [&connection] { connection.close(); }};
    const std::string head = co_await read_head(connection);
    if (head.empty()) co_return;
    const auto request = parse_http_request(head);
    const bool is_known = request && (request->method == "GET" || request->method == "HEAD");
    http_response response{request ? 405 : 400, {}, {}};
    response.type = "text/plain; charset=utf-8";
    if (is_known) response = co_await respond_(request->path);
    const std::string answer = written(response, !is_known || request->method == "GET");
    const auto octets = octets_of(answer);
    const auto error = co_await connection.write_all(octets);
    if (!error) co_await see_out(connection);
  }

  // Empty: it did not come, or is too long.
  net::awaitable<std::string> read_head(udp::tcp_stream& connection) {
    std::string head;
    std::array<std::uint8_t, 1024> chunk{};
    while (!is_http_head_whole(head)) {
      const auto size = co_await connection.read_some(chunk);
      if (!size || *size == 0 || head.size() + *size > http_head_bytes_max) co_return std::string{};
      head.append(reinterpret_cast<const char*>(chunk.data()), *size);
    }
    co_return head;
  }

  // Until the other side closes: closing on what it sent and we did not read would take the
  // answer away from it (RFC 9112, section 9.6).
  net::awaitable<void> see_out(udp::tcp_stream& connection) {
    connection.half_close();
    std::array<std::uint8_t, 1024> chunk{};
    for (std::size_t total = 0; total < http_head_bytes_max;) {
      const auto size = co_await connection.read_some(chunk);
      if (!size || *size == 0) co_return;
      total += *size;
    }
  }

  udp::tcp_listener listener_;
  responder respond_;
  net::steady_timer pause_;
  std::list<udp::tcp_stream> connections_;
  bool is_over_ = false;
};

http_server::http_server(udp::tcp_listener listener, responder respond)
    : implementation_(std::make_shared<implementation>(std::move(listener), std::move(respond))) {
  implementation_->begin();
}

http_server::~http_server() { implementation_->end(); }

const proto::address& http_server::local_address() const { return implementation_->local_address(); }

}  // namespace tern::relay
