// The relays this user knows and their keys: a text file, one relay a line, which any
// number of processes read and change at once (lock, then replace whole).
#pragma once

#include "proto/seal/keys.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tern::cli {

struct known_relay {
  std::string authority;  // HOST:PORT, lower case
  proto::public_key key;
  std::string since;   // when it was stored, UTC, ISO 8601
  std::string reason;  // why it is trusted: asked, accept-new, loopback, address, pinned, imported, announced
  std::optional<proto::public_key> previous{};  // what announced it
};

enum class remember_outcome { stored, already_known, conflict };

class trust_store {
 public:
  explicit trust_store(std::filesystem::path data_folder);

  // All throw failure (configuration) where the file is damaged or out of reach.
  std::vector<known_relay> list() const;
  std::optional<known_relay> find(std::string_view authority) const;
  // Never replaces a key: a different one under the same name is a conflict, and nothing is stored.
  remember_outcome remember(const known_relay& relay);
  // `relay.previous` has announced `relay.key`: that takes its place. False, and nothing is changed, where another
  // key is the known one. A relay that is not known yet is remembered.
  bool succeed(const known_relay& relay);
  bool forget(std::string_view authority);

  const std::filesystem::path& file() const { return file_; }

 private:
  void store(const std::vector<known_relay>& relays);

  std::filesystem::path file_;
};

}  // namespace tern::cli
