// A thread that owns a store: appends go in from the hub's thread and are committed in
// groups, results come out through a callback. A commit starts as soon as there is
// something to commit; what arrives while it runs is the next group. Knows no event
// loop: whoever has one posts to it from the callback.
#pragma once

#include "relay/store/store.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

namespace tern::relay {

struct writer_limits {
  std::size_t batch_max = 256;        // appends in one commit
  std::size_t appends_max = 100'000;  // waiting
  std::size_t append_bytes_max = std::size_t{128} * 1024 * 1024;
  std::size_t others_max = 100'000;  // reads, names and rules waiting
  std::size_t others_in_turn = 16;   // of them between two commits
};

using store_result = std::variant<append_result, name_result, rules_result, read_result>;

// The wish to know whether something can be committed (store::probe).
struct probe_request {
  std::function<void(append_status)> on_done;  // on the committer's thread, and not calling back into it
};

// What else is to be done where a slow disk makes nobody wait but the store.
struct errand {
  std::function<void()> act;  // on the committer's thread, and not calling back into it
};

// The wish for a copy of everything, made a piece at a time between commits.
struct copy_request {
  std::string path;  // where no file is; its folder is there
  // Once, on the committer's thread: the file is written, but not synced, or why it is not.
  // What there is of it is left to be removed.
  std::function<void(tl::expected<void, std::string>)> on_done;
};

class group_committer {
 public:
  // Both are called on the committer's thread and must not call back into it.
  struct callbacks {
    // Results of appends come in the order of the appends.
    std::function<void(std::vector<store_result>)> on_results;
    // Once: the storage cannot be trusted, nothing more will be acknowledged. stop() tells
    // it, too, to whom the callback cannot reach any more.
    std::function<void(const store_fault&)> on_fault;
  };

  group_committer(std::unique_ptr<store> storage, const writer_limits& limits, callbacks tell);
  // Stops.
  ~group_committer();
  group_committer(const group_committer&) = delete;
  group_committer& operator=(const group_committer&) = delete;

  // False: there are too many of its kind waiting, or the committer was stopped; it is
  // not done and there will be no result. After a refused append the connection that
  // asked must be closed, or its later messages would overtake this one. Sized so that
  // a hub within its own limits does not see it. From any thread.
  bool submit(append_request request);
  bool submit(read_request request);
  bool submit(name_request request);
  bool submit(rules_request request);
  bool submit(probe_request request);
  bool submit(errand request);
  // False: another copy is being made, or the committer was stopped.
  bool submit(copy_request request);

  // Does what has been submitted, then ends the thread and closes the store. Not from a
  // callback. The fault of the storage, if there was one.
  const std::optional<store_fault>& stop();

  struct load {
    std::size_t appends = 0;
    std::size_t append_bytes = 0;
    std::size_t others = 0;
  };
  load waiting() const;

 private:
  using other_request = std::variant<read_request, name_request, rules_request, probe_request, errand>;
  struct turn {
    std::vector<append_request> appends;
    std::vector<other_request> others;
    std::optional<copy_request> copy;
    bool is_last = false;  // nothing to do and stopped
  };

  bool submit_other(other_request request);
  turn next_turn();
  void run();
  void do_appends(const std::vector<append_request>& appends);
  std::optional<store_result> answer(const probe_request& request);
  std::optional<store_result> answer(const errand& request);
  template <class Request>
  std::optional<store_result> answer(const Request& request);
  void do_others(const std::vector<other_request>& others);
  void begin_copy(copy_request wanted);
  void continue_copy();
  void end_copy(tl::expected<void, std::string> outcome);
  void tell_fault();

  const writer_limits limits_;
  const callbacks tell_;
  std::unique_ptr<store> store_;      // the thread's
  proto::wall_time latest_{};         // the thread's; newest commit time seen
  std::optional<store_fault> fault_;  // the thread's, as long as that runs
  std::unique_ptr<copying> copy_;     // the thread's; goes before the store
  copy_request copied_;               // the thread's; what copy_ is for

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<append_request> appends_;
  std::deque<other_request> others_;
  std::size_t append_bytes_ = 0;
  std::optional<copy_request> copy_wanted_;
  bool is_copying_ = false;  // from submit() until the copy has ended
  bool stopped_ = false;

  std::thread thread_;  // last: starts when all else is there
};

}  // namespace tern::relay
