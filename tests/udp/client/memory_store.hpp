// A client_store whose disk is memory: several clients share one disk; a client is gone when
// its store is.
#pragma once

#include "udp/client/client_store.hpp"

#include <map>
#include <memory>
#include <set>

namespace tern::udp {

struct memory_disk {
  struct outbox {
    std::uint64_t holder = 0;
    std::uint64_t age = 0;  // the oldest has the least
    store_owner owner;
    proto::chat::kept_outbox content;
  };
  using place_key = std::tuple<proto::public_key, proto::chat::key_bytes, proto::chat::destination>;

  std::map<proto::chat::outbox_id, outbox> outboxes;  // by key
  std::map<place_key, proto::chat::cursor> places;
  std::set<std::uint64_t> living;
  std::uint64_t last_holder = 0;
  std::uint64_t last_age = 0;
  bool is_full = false;
};

class memory_store final : public client_store {
 public:
  explicit memory_store(std::shared_ptr<memory_disk> disk) : disk_(std::move(disk)) {}
  ~memory_store() override { memory_store::close(); }

  store_result<void> open(const store_owner& owner) override;
  store_result<std::vector<proto::chat::kept_outbox>> take_over(const room& most) override;
  store_result<void> apply(std::span<const store_change> changes) override;
  store_result<std::optional<proto::chat::cursor>> place_of(const proto::chat::destination& log) override;
  void close() override;

 private:
  void on(const proto::chat::outbox_change& change);
  void on(const proto::chat::message_kept& change);
  void on(const proto::chat::message_forgotten& change);
  void on(const proto::chat::outbox_renewed& change);
  void on(const shown_place& change);
  void on(const relay_renewed& change);
  memory_disk::place_key key_of(const proto::chat::destination& log) const;

  std::shared_ptr<memory_disk> disk_;
  store_owner owner_;
  std::uint64_t self_ = 0;  // as a holder; 0: not open
};

}  // namespace tern::udp
