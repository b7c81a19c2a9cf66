#include "relay/server/disk_watch.hpp"

namespace tern::relay {

void disk_watch::start() {
  timer_.expires_after(interval_);
  timer_.async_wait([this](std::error_code error) {
    if (!error) ask();
  });
}

// The next one waits for the answer: a disk that hangs is asked once.
void disk_watch::ask() {
  const auto look = [this] {
    asio::post(timer_.get_executor(), [this, found = look_()] {
      latest_ = found;
      start();
    });
  };
  if (!submit_(errand{look})) start();
}

}  // namespace tern::relay
