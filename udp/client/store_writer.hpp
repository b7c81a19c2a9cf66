// Runs a client_store on a thread of its own, so that no disk and no other process ever
// holds up the loop. Changes that come while one transaction is being written go into the
// next one together. What no message waits for, that one is decided and up to where a log
// was shown, is written with them, or by itself a few times a second: for most lines that
// somebody types that is one transaction less.
#pragma once

#include "udp/client/store_user.hpp"
#include "udp/net.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace tern::udp {

class store_writer {
 public:
  // So long waits what can wait, unless told otherwise.
  static constexpr std::chrono::milliseconds pause_default{100};
  // Changes in one transaction.
  static constexpr std::size_t batch_max = 256;

  // `user` outlives the writer, and may not be called any more once that is gone.
  store_writer(net::any_io_executor executor, std::shared_ptr<client_store> store, store_user& user,
               std::chrono::milliseconds pause = pause_default);
  store_writer(const store_writer&) = delete;
  store_writer& operator=(const store_writer&) = delete;
  // Writes what waits, unless that means to wait for another process.
  ~store_writer();

  // Whose store it is. What was given before waits for the first call; a later one with
  // another key says that the relay goes on under that.
  void use(const store_owner& owner);

  void keep(proto::chat::outbox_change change);
  void keep(shown_place place);
  // What was kept, places given before included; nothing also where the store has failed.
  using place_answer = std::function<void(const std::optional<proto::chat::cursor>&)>;
  void find_place(const proto::chat::destination& of, place_answer answer);
  // Writes what waits and lets go of the store; nothing may be given after it.
  void close(std::function<void()> then);

 private:
  struct question {
    proto::chat::destination of;
    place_answer answer;
  };
  struct work {
    std::vector<store_change> changes;
    std::size_t outbox_changes = 0;
    std::deque<question> questions;
    bool is_last = false;
  };
  void run();
  std::optional<store_owner> wait_for_owner();
  void begin(const store_owner& owner);
  work wait_for_work();
  work take_work();
  void do_work(work next);
  void reply(question asked);
  void fail(store_problem why);
  template <class Call>
  void tell(Call call);

  net::any_io_executor executor_;
  std::shared_ptr<client_store> store_;
  store_user& user_;
  std::chrono::milliseconds pause_;
  std::optional<proto::public_key> relay_;  // of the loop
  std::shared_ptr<bool> is_alive_ = std::make_shared<bool>(true);

  std::mutex mutex_;  // guards what follows, up to what is the thread's own
  std::condition_variable changed_;
  std::optional<store_owner> owner_;
  std::optional<relay_renewed> renewed_;
  std::deque<proto::chat::outbox_change> changes_;
  bool is_awaited_ = false;  // one of them is
  std::map<proto::chat::destination, shown_place> places_;
  std::deque<question> questions_;
  std::function<void()> on_closed_;
  bool is_closing_ = false;
  bool is_ending_ = false;

  // Of the thread.
  bool has_failed_ = false;
  std::uint64_t kept_ = 0;
  std::thread thread_;
};

}  // namespace tern::udp
