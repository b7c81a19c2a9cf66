#include "relay/metrics/health.hpp"

#include "udp/clock.hpp"

#include <utility>

namespace tern::relay {

namespace {

constexpr std::chrono::seconds good_for{1};
// A disk that hangs is not one that commits.
constexpr std::chrono::seconds store_patience{2};
// A small probe may find room where a message did not.
constexpr std::chrono::seconds full_for{10};

std::optional<std::string> reason_of(append_status status) {
  if (status == append_status::committed) return std::nullopt;
  if (status == append_status::disk_full) return "the disk is full";
  return "the storage failed";
}

}  // namespace

net::awaitable<std::optional<std::string>> health::why_not() {
  if (draining_) co_return "draining: " + *draining_;
  const proto::time_point asked = udp::clock::now();
  if (commits_.full_at() && asked - *commits_.full_at() < full_for) co_return reason_of(append_status::disk_full);
  if (known_at_ && asked - *known_at_ < good_for) co_return reason_of(known_);
  if (!is_asking_) ask();
  if (is_asking_) co_await answered_.async_wait(net::as_result);
  if (draining_) co_return "draining: " + *draining_;
  if (!known_at_ || *known_at_ < asked) co_return "the storage does not answer";
  co_return reason_of(known_);
}

void health::ask() {
  answered_.expires_after(store_patience);
  const auto tell = [this](append_status status) { asio::post(executor_, [this, status] { on_answer(status); }); };
  is_asking_ = submit_(probe_request{tell});
}

void health::on_answer(append_status status) {
  is_asking_ = false;
  known_ = status;
  known_at_ = udp::clock::now();
  answered_.cancel();
}

}  // namespace tern::relay
