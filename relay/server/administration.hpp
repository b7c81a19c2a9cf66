// Does what is asked at the control socket. Reading and copying the log is the store's
// thread's, between commits; what takes long beside that, syncing a copy and checking it,
// is done on a thread of its own, so that neither commits nor connections wait.
#pragma once

#include "relay/control/control_server.hpp"
#include "relay/control/relay_stats.hpp"
#include "relay/server/data_folder.hpp"
#include "relay/server/event_log.hpp"
#include "relay/store/writer.hpp"

#include <atomic>
#include <functional>
#include <thread>

namespace tern::relay {

class administration {
 public:
  // What it asks of the process around it.
  struct surroundings {
    net::any_io_executor executor;  // of all calls and answers
    std::function<relay_stats()> stats;
    // What a copy of the log takes, as of the last look: the disk is not asked here.
    std::function<std::uint64_t()> log_bytes;
    // Hands a wish for a copy to the store's thread. False: it takes none.
    std::function<bool(copy_request)> copy;
    // Likewise, one for something else.
    std::function<bool(errand)> errands;
    // The list of invites has been changed.
    std::function<void()> on_invites;
  };

  // Both outlive it.
  administration(const data_folder& folder, surroundings around, event_log& log);
  // Gives up a verification, and waits for a backup to be synced.
  ~administration();
  administration(const administration&) = delete;
  administration& operator=(const administration&) = delete;

  void on_request(control_request request, control_service::answer answer);
  static std::string refusal(const std::string& why);

 private:
  using copied = tl::expected<void, std::string>;
  // What became of a request: for whoever asked, and for the log.
  struct outcome {
    std::string line;
    bool is_good = false;
    std::string summary;
  };
  static outcome refused(std::string_view record, const std::string& why);

  void on(const stats_request&, const control_service::answer& answer);
  void on(const backup_request& request, control_service::answer answer);
  void on(const verify_request&, control_service::answer answer);
  void on(const invite_request& request, const control_service::answer& answer);

  // Has the log copied to `path`, then `then` on a thread of its own, then gives its answer.
  void copy(const std::filesystem::path& path, std::string_view record, control_service::answer answer,
            std::function<outcome()> then);
  void end(std::string_view record, const outcome& result, const control_service::answer& answer);
  outcome verify_copy();
  std::string why_not(const backup_request& request) const;

  const data_folder& folder_;
  surroundings around_;
  event_log& log_;
  bool is_busy_ = false;  // with a copy, from its beginning until its answer
  std::filesystem::path unfinished_;
  std::atomic<bool> is_cancelled_ = false;
  std::thread worker_;
};

}  // namespace tern::relay
