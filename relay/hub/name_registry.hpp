// Who is called what: a name belongs to the key that first claimed it, one a key, until
// that key was not seen for 180 days (relay.md, section 2). What looks like a name that is
// taken or reserved is refused as that name would be. Names are folded before they come
// here. A claim is reserved while the store makes it durable. Does not know connections.
#pragma once

#include "relay/hub/guest_nicks.hpp"
#include "relay/store/types.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tern::relay {

inline constexpr std::chrono::milliseconds name_life = std::chrono::hours{24} * 180;
// When a key was seen is kept to this precision.
inline constexpr std::chrono::milliseconds name_seen_precision = std::chrono::hours{24};

enum class claim_verdict { granted, already_held, taken, looks_taken, reserved, too_many };

class name_registry {
 public:
  name_registry(const std::vector<name_record>& records, std::uint64_t names_max);

  void set_names_max(std::uint64_t names_max) { names_max_ = names_max; }

  // `granted` reserves the name until confirm() or withdraw().
  claim_verdict claim(const client_key& key, const std::string& name, proto::wall_time now);
  // The store has it: the key's former name is free from now on.
  void confirm(const client_key& key, const std::string& name, proto::wall_time now);
  void withdraw(const client_key& key, const std::string& name);

  // The key is here. Its name, if the store should be told that it was seen.
  std::optional<std::string> see(const client_key& key, proto::wall_time now);

  // Of those who prove no key.
  guest_nicks& guests() { return guests_; }

  // The claimed name, or guest-xxxx, or what a visitor of the text gateway wants to be called.
  std::string name_of(const client_key& key) const;
  bool has_name(const client_key& key) const { return names_.contains(key); }
  // Whose name it is; reservations do not count, guests have no address.
  std::optional<client_key> holder_of(const std::string& name) const;

 private:
  struct holding {
    client_key key{};
    bool confirmed = false;
    proto::wall_time last_seen{};
  };
  using holders = std::map<std::string, holding>;

  static bool is_idle(const holding& held, proto::wall_time now);
  // One of another key that looks like `name`, is not idle, and is not `name`.
  bool is_look_alike(const client_key& key, const std::string& name, proto::wall_time now) const;
  void hold(const std::string& name, const holding& by);
  void release(const std::string& name);

  holders holders_;
  std::multimap<std::string, std::string> looks_;  // by skeleton
  std::map<client_key, std::string> names_;
  guest_nicks guests_;
  std::uint64_t names_max_;
};

// guest- and four characters of the key.
std::string guest_name(const client_key& key);
// The least key whose guest_name() that is: in the order of keys, the others follow it.
std::optional<client_key> least_guest_called(std::string_view name);

}  // namespace tern::relay
