// What there is on the disk, looked at every few seconds where that makes nobody wait: on the
// store's thread, which is the one that a slow disk stops anyway.
#pragma once

#include "relay/server/data_folder.hpp"
#include "relay/store/writer.hpp"
#include "udp/net.hpp"

#include <chrono>
#include <functional>

namespace tern::relay {

class disk_watch {
 public:
  using measure = std::function<data_folder::usage()>;
  // Hands an errand to the store's thread. False: it takes none.
  using hand_over = std::function<bool(errand)>;

  // `look` is called at once, and then in errands. Stop the store's thread before this ends.
  disk_watch(const net::any_io_executor& executor, measure look, hand_over submit,
             std::chrono::milliseconds interval = std::chrono::seconds{2})
      : timer_(executor), look_(std::move(look)), submit_(std::move(submit)), interval_(interval), latest_(look_()) {}

  // Looks again and again from now on.
  void start();
  // As of the last look.
  const data_folder::usage& latest() const { return latest_; }

 private:
  void ask();

  net::steady_timer timer_;
  measure look_;
  hand_over submit_;
  std::chrono::milliseconds interval_;
  data_folder::usage latest_;
};

}  // namespace tern::relay
