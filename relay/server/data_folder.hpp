// The folder that a relay keeps its key and log in, and the lock that makes it the
// only one there.
#pragma once

#include "proto/entropy.hpp"
#include "proto/seal/keys.hpp"
#include "udp/descriptor.hpp"

#include <filesystem>
#include <string>
#include <tl/expected.hpp>

namespace tern::relay {

// Held as long as it lives; the system gives it up when the process dies.
class data_folder {
 public:
  // Makes the folder (0700) and its parents. The error is a line for a person.
  static tl::expected<data_folder, std::string> open(const std::filesystem::path& folder);

  // The relay's key, made when there is none (0600). A file that others may read, or
  // that is no key, is refused rather than replaced.
  tl::expected<proto::x25519_keypair, std::string> load_key(proto::entropy& source) const;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path key_file() const { return path_ / "relay.key"; }
  std::filesystem::path log_file() const { return path_ / "relay.db"; }

 private:
  data_folder(std::filesystem::path path, udp::descriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  tl::expected<void, std::string> create_key(proto::entropy& source) const;

  std::filesystem::path path_;
  udp::descriptor lock_;
};

}  // namespace tern::relay
