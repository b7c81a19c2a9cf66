// NAME: a claim is decided here, made durable by the store, then told. Whoever has a name
// and comes keeps it.
#pragma once

#include "relay/hub/core.hpp"

#include <unordered_map>

namespace tern::relay {

class attendance;

class naming {
 public:
  naming(core& core, attendance& people) : core_(core), people_(people) {}

  // Answered in the order of asking: until a claim is answered the connection is not heard.
  void on_claim(peer& from, const chat::claim_name& op, proto::time_point now, proto::wall_time wall);
  // The connection is gone.
  void on_gone(const peer& who, proto::time_point now);
  // The connection is its key's own and says something.
  void on_seen(peer& from, proto::wall_time wall);
  void on_result(const name_result& result, proto::time_point now);

 private:
  struct pending {
    peer_id from;
    client_key key{};
    std::string name;
    proto::wall_time asked_at{};
  };
  // Who proves no key has a name for as long as the connection lasts.
  void name_guest(peer& from, const std::string& name, proto::time_point now);
  void refuse(peer& to, chat::refusal reason, std::string_view text, proto::duration retry_after = {});

  core& core_;
  attendance& people_;
  std::unordered_map<request_tag, pending> pending_;
};

}  // namespace tern::relay
