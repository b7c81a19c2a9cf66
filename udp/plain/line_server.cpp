#include "udp/plain/line_server.hpp"

#include "udp/plain/line_splitter.hpp"

#include <utility>

namespace tern::udp {

line_server::line_server(tcp_listener listener, line_server_options options, handlers calls)
    : options_(std::move(options)),
      calls_(std::move(calls)),
      server_(std::move(listener), options_.connections_max,
              [this](std::shared_ptr<tcp_stream> stream) { return serve(std::move(stream)); }) {}

net::awaitable<void> line_server::serve(std::shared_ptr<tcp_stream> stream) {
  if (calls_.on_connected) calls_.on_connected(stream->remote_address());
  const std::size_t lines = co_await serve_lines(*stream);
  if (only_greets() && lines == 0) ++messages_;
  if (calls_.on_disconnected) calls_.on_disconnected(stream->remote_address());
  if (has_enough()) server_.stop();
}

net::awaitable<std::size_t> line_server::serve_lines(tcp_stream& stream) {
  std::size_t count = 0;
  if (options_.greeting && co_await write_line(stream, *options_.greeting)) co_return count;
  if (only_greets()) stream.half_close();
  line_splitter lines;
  proto::bytes buffer(4096);
  bool has_ended = false;
  while (!has_ended) {
    const auto size = co_await stream.read_some(buffer);
    if (!size) co_return count;
    has_ended = *size == 0;
    lines.push({buffer.data(), *size});
    for (;;) {
      auto line = has_ended ? lines.rest() : lines.next();
      if (!line) break;
      ++count;
      if (co_await take(stream, std::move(*line)) || has_enough()) co_return count;
    }
  }
  co_return count;
}

net::awaitable<std::error_code> line_server::take(tcp_stream& stream, std::string line) {
  // Others may have brought the last one while this connection waited.
  if (has_enough()) co_return std::error_code{};
  ++messages_;
  calls_.on_message(stream.remote_address(), line);
  if (!options_.reply) co_return std::error_code{};
  co_return co_await write_line(stream, *options_.reply);
}

net::awaitable<std::error_code> line_server::write_line(tcp_stream& stream, std::string line) {
  line += text_of(options_.ending);
  co_return co_await stream.write_all(proto::as_bytes(line));
}

}  // namespace tern::udp
