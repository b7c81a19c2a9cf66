// Who uses a store_writer. Calls come on its executor.
#pragma once

#include "udp/client/client_store.hpp"

#include <cstdint>
#include <vector>

namespace tern::udp {

class store_user {
 public:
  // What other processes had left.
  virtual void on_taken_over(std::vector<proto::chat::kept_outbox> left) = 0;
  // So many changes of outboxes, from the first on, are safe.
  virtual void on_kept(std::uint64_t changes) = 0;
  // Nothing is kept any more; told once.
  virtual void on_keeping_failed(const store_problem& why) = 0;

 protected:
  ~store_user() = default;
};

}  // namespace tern::udp
