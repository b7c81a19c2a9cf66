// What the hub wants done. Whoever drives it drains poll_action() after every input
// and does each in this order.
#pragma once

#include "proto/bytes.hpp"
#include "proto/error.hpp"
#include "relay/hub/peer_id.hpp"
#include "relay/store/types.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

namespace tern::relay {

// An encoded chat message; one for all who receive the same.
using payload = std::shared_ptr<const proto::bytes>;

// Hand to the connection. If its send queue is full: hub::on_blocked with this action,
// and hub::on_writable later.
struct deliver {
  peer_id peer;
  proto::lane_id lane;
  payload message;
};

// Hand to the store; its result comes back through hub::on_committed.
struct commit {
  append_request request;
};

// Hand to the store; hub::on_named.
struct commit_name {
  name_request request;
};

// Hand to the store; hub::on_rules.
struct commit_rules {
  rules_request request;
};

// Hand to the store; hub::on_rows.
struct read {
  read_request request;
};

// What to tell a provisional connection about its early data.
struct early_verdict {
  peer_id peer;
  bool taken = false;
};

// Take this connection's messages again (hub::takes_input had become false).
struct resume {
  peer_id peer;
};

struct disconnect {
  peer_id peer;
  proto::close_code code = proto::close_code::none;
  std::string reason;
};

using action = std::variant<early_verdict, commit, commit_name, commit_rules, read, disconnect, resume, deliver>;

}  // namespace tern::relay
