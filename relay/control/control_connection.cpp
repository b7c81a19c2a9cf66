#include "relay/control/control_connection.hpp"

#include <utility>

namespace tern::relay {

control_connection::control_connection(const net::any_io_executor& executor, udp::descriptor connection,
                                       std::shared_ptr<const control_service> service)
    : stream_{executor, connection.release()}, timer_{executor}, service_{std::move(service)} {}

void control_connection::close() {
  std::error_code ignored;
  stream_.close(ignored);
  timer_.cancel();
}

void control_connection::expect_within(std::chrono::milliseconds patience) {
  timer_.expires_after(patience);
  timer_.async_wait([self = shared_from_this()](std::error_code error) {
    // A wait that has ended may still be told when the timer was set anew meanwhile.
    if (!error && self->timer_.expiry() <= std::chrono::steady_clock::now()) self->close();
  });
}

void control_connection::take_request() {
  expect_within(service_->limits.request_patience);
  read_more();
}

void control_connection::read_more() {
  const std::size_t end = input_.find('\n');
  if (end != std::string::npos && end < control_request_bytes_max) {
    const std::string line = input_.substr(0, end);
    input_.erase(0, end + 1);
    return on_line(line);
  }
  // There is no telling where the next request begins.
  if (input_.size() >= control_request_bytes_max) return close();
  stream_.async_read_some(asio::buffer(chunk_), [self = shared_from_this()](std::error_code error, std::size_t size) {
    if (error) return self->close();
    self->input_.append(self->chunk_.data(), size);
    self->read_more();
  });
}

void control_connection::on_line(std::string_view line) {
  timer_.expires_at(net::steady_timer::time_point::max());  // an answer takes as long as it takes
  auto request = parse_control_request(line);
  if (!request) return write(service_->refusal(request.error()));
  service_->on_request(std::move(*request), [self = shared_from_this()](std::string answer) {
    if (self->is_open()) self->write(std::move(answer));
  });
}

void control_connection::write(std::string answer) {
  output_ = std::move(answer);
  expect_within(service_->limits.answer_patience);
  asio::async_write(stream_, asio::buffer(output_), [self = shared_from_this()](std::error_code error, std::size_t) {
    if (error) return self->close();
    self->take_request();
  });
}

}  // namespace tern::relay
