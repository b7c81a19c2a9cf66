// Sees to it that a running relay knows the invites that are good: looks at their file every
// second, reads it again when it has changed, and drops those whose time is over. A file with a
// mistake changes nothing.
#pragma once

#include "proto/seal/invite.hpp"
#include "proto/time.hpp"
#include "relay/server/event_log.hpp"
#include "relay/server/invite_list.hpp"
#include "udp/net.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tern::relay {

class invite_watch {
 public:
  using receiver = std::function<void(std::vector<proto::invite>)>;

  // `tell` gets them whenever they may have changed. `log` must outlive the watch.
  invite_watch(const net::any_io_executor& executor, std::filesystem::path file, receiver tell, event_log& log)
      : timer_(executor), file_(std::move(file)), tell_(std::move(tell)), log_(log) {}

  // Reads it now, and looks again every second.
  void start() { look(); }
  // At once, whatever the file's time says.
  void look_again();
  const invite_list& list() const { return list_; }
  // Whether that is what stands in the file, and not what was there before a mistake, or nothing.
  bool is_read() const { return is_read_; }

 private:
  // What tells one state of the file from the next.
  struct state {
    std::uint64_t file = 0;
    std::int64_t changed_at = 0;
    std::int64_t size = -1;  // there is none
    bool operator==(const state&) const = default;
  };
  state state_now() const;
  void look();
  void read();
  void tell();

  net::steady_timer timer_;
  std::filesystem::path file_;
  receiver tell_;
  event_log& log_;
  state seen_;
  invite_list list_;
  bool is_read_ = false;
  std::size_t good_ = 0;
};

}  // namespace tern::relay
