// Where a user's own key lives: the seed of an Ed25519 key in a file that only its
// owner may read.
#pragma once

#include "proto/entropy.hpp"
#include "proto/seal/identity.hpp"

#include <filesystem>
#include <optional>

namespace tern::cli {

class identity_file {
 public:
  explicit identity_file(std::filesystem::path data_folder);

  bool exists() const;
  // Nothing where there is none yet. Throws failure (configuration) for a damaged file and for one that others
  // may read.
  std::optional<proto::identity> load() const;
  // Of any number of processes that come first at the same time, all get the same key.
  proto::identity load_or_create(proto::entropy& source) const;
  // Puts a new key in the place of the old one, which is kept; returns where, if there was one.
  std::optional<std::filesystem::path> replace(proto::entropy& source) const;

  const std::filesystem::path& file() const { return file_; }

 private:
  void require_private() const;

  std::filesystem::path file_;
};

}  // namespace tern::cli
