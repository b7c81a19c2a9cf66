// A 32-byte secret in a file that only its owner may read: the seed of the user's own
// Ed25519 key, and the X25519 key of `tern listen`.
#pragma once

#include "proto/entropy.hpp"
#include "proto/seal/identity.hpp"
#include "proto/seal/keys.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace tern::cli {

class seed_file {
 public:
  // `kind` is the first word of the file and tells what the secret is for.
  seed_file(std::filesystem::path file, std::string kind);

  bool exists() const;
  // Nothing where there is none yet. Throws failure (configuration) for a damaged file and for one that others
  // may read.
  std::optional<proto::secret_key> load() const;
  // Of any number of processes that come first at the same time, all get the same secret.
  proto::secret_key load_or_create(proto::entropy& source) const;
  // Puts a new secret in the place of the old one, which is kept; returns where, if there was one.
  std::optional<std::filesystem::path> replace(proto::entropy& source) const;

  const std::filesystem::path& file() const { return file_; }

 private:
  void require_private() const;
  std::string content_for(const proto::secret_key& seed) const;
  std::optional<proto::secret_key> parse(std::string_view content) const;

  std::filesystem::path file_;
  std::string kind_;
};

// Who this user is to relays and to others.
class identity_file {
 public:
  explicit identity_file(const std::filesystem::path& data_folder)
      : seed_(data_folder / "identity.key", "tern-identity-1") {}

  bool exists() const { return seed_.exists(); }
  proto::identity load_or_create(proto::entropy& source) const { return proto::identity{seed_.load_or_create(source)}; }
  std::optional<std::filesystem::path> replace(proto::entropy& source) const { return seed_.replace(source); }
  const std::filesystem::path& file() const { return seed_.file(); }

 private:
  seed_file seed_;
};

// What senders know `tern listen` by: the same at every start, so that they need not trust it anew.
class listen_key_file {
 public:
  explicit listen_key_file(const std::filesystem::path& data_folder)
      : seed_(data_folder / "listen.key", "tern-listen-1") {}

  proto::x25519_keypair load_or_create(proto::entropy& source) const {
    return proto::x25519_keypair{seed_.load_or_create(source)};
  }

 private:
  seed_file seed_;
};

}  // namespace tern::cli
