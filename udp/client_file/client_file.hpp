// The client's own file (relay.md, 3): a client_store in SQLite, readable by its owner only,
// that any number of processes use at once. Rollback journal and full synchronisation: what
// is said to be kept survives a power cut. Transactions are short; a call waits for those of
// other processes. An outbox is held under a lock that goes with its process (holder_lock),
// so that outboxes whose process is gone can be told, and taken over, by one other.
//
// A file that was restored or copied needs no special care: outbox ids are drawn by whoever
// says something new, never taken from a file, and what is taken from one is only ever sent
// under the very keys under which it may have been sent before.
#pragma once

#include "udp/client/client_store.hpp"
#include "udp/client_file/database.hpp"
#include "udp/client_file/holder_lock.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace tern {

struct client_file_options {
  std::string vfs;  // of SQLite; empty: the default
  // How long a call waits for other processes.
  std::chrono::milliseconds patience = std::chrono::seconds{10};
};

class client_file final : public client_store {
 public:
  // Touches nothing yet. Folders that are missing are made by open(), 0700. Lock files are in
  // `FILE.locks`.
  explicit client_file(std::filesystem::path file, client_file_options options = {});

  store_result<void> open(const store_owner& owner) override;
  store_result<std::vector<proto::chat::kept_outbox>> take_over(const room& most) override;
  store_result<void> apply(std::span<const store_change> changes) override;
  store_result<std::optional<proto::chat::cursor>> place_of(const proto::chat::destination& log) override;
  void close() override;
  void hurry() override { is_hurried_ = true; }

 private:
  struct left_outbox;

  template <class Work>
  auto guarded(const char* verb, Work work) -> store_result<decltype(work())>;
  void open_file();
  void hold();
  std::vector<left_outbox> list_left();
  std::set<udp::holder_id> list_holders();
  proto::chat::kept_outbox read(const left_outbox& which);
  void on(const proto::chat::outbox_change& change);
  void on(const proto::chat::message_kept& change);
  void on(const proto::chat::message_forgotten& change);
  void on(const proto::chat::outbox_renewed& change);
  void on(const shown_place& change);
  void on(const relay_renewed& change);

  std::filesystem::path file_;
  client_file_options options_;
  std::atomic<bool> is_hurried_ = false;
  store_owner owner_;
  udp::holder_id self_{};
  udp::holder_lock lock_;
  std::optional<udp::database> data_;
};

}  // namespace tern
