// Who is called what: a name belongs to the key that first claimed it, one a key
// (relay.md, section 2). Names are folded before they come here. A claim is reserved
// while the store makes it durable. Does not know connections.
#pragma once

#include "relay/store/types.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tern::relay {

enum class claim_verdict { granted, already_held, taken, reserved, too_many };

class name_registry {
 public:
  name_registry(const std::vector<name_record>& records, std::uint64_t names_max);

  // `granted` reserves the name until confirm() or withdraw().
  claim_verdict claim(const client_key& key, const std::string& name);
  // The store has it: the key's former name is free from now on.
  void confirm(const client_key& key, const std::string& name);
  void withdraw(const client_key& key, const std::string& name);

  // The claimed name, or guest-xxxx.
  std::string name_of(const client_key& key) const;
  bool has_name(const client_key& key) const { return names_.contains(key); }
  // Whose name it is; reservations do not count, guests have no address.
  std::optional<client_key> holder_of(const std::string& name) const;

 private:
  struct holding {
    client_key key{};
    bool confirmed = false;
  };
  std::map<std::string, holding> holders_;
  std::map<client_key, std::string> names_;
  std::uint64_t names_max_;
};

// guest- and four characters of the key.
std::string guest_name(const client_key& key);

}  // namespace tern::relay
