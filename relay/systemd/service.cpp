#include "relay/systemd/service.hpp"

#include "udp/clock.hpp"

namespace tern::relay {

void service::on_ready(std::string status) {
  status_ = std::move(status);
  tell_.ready(status_);
  keep_telling_alive();
}

void service::on_reload_begin() {
  const auto now = udp::clock::to_steady(udp::clock::now()).time_since_epoch();
  tell_.reloading(std::chrono::duration_cast<std::chrono::microseconds>(now));
}

void service::keep_telling_alive() {
  if (!interval_) return;
  tell_.alive();
  timer_.expires_after(*interval_);
  timer_.async_wait([this](std::error_code error) {
    if (!error) keep_telling_alive();
  });
}

}  // namespace tern::relay
