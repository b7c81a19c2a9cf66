// Decides about the relay's key for one command: looks it up, asks where somebody can be
// asked, remembers it, and keeps why it refused.
#pragma once

#include "cli/command/command.hpp"
#include "cli/trust/trust_policy.hpp"
#include "cli/trust/trust_store.hpp"
#include "udp/client/client_options.hpp"
#include "udp/tern_address.hpp"

#include <memory>
#include <optional>

namespace tern::cli {

class relay_trust {
 public:
  // Throws failure where the key in the address, or of the invite, is not the one we know.
  relay_trust(context& call, const tern_address& relay);

  // The relay, with its key where that is known from the address or an invite: today's, where the
  // address was written down before the key was replaced.
  const tern_address& address() const { return relay_; }
  // Sets the known key, the invite and the callbacks, which refer to this object.
  void configure(client_options& options);
  // Throws why the key was not accepted, if it was not.
  void throw_if_refused() const;
  // Once the relay has proved its key: the one in the address is remembered, too.
  void on_proved();

 private:
  bool decide(const key_question& question);
  bool ask(const key_offer& offer);
  void remember(const proto::public_key& key, const char* reason);
  void on_next_key(const key_question& announced);

  context& call_;
  tern_address relay_;
  trust_store store_;
  std::optional<proto::public_key> known_;
  std::shared_ptr<const proto::invite> invite_;
  std::optional<failure> refusal_;
};

}  // namespace tern::cli
