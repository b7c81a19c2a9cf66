// The folder that a relay keeps its secrets and log in, and the lock that makes it the
// only one there.
#pragma once

#include "proto/entropy.hpp"
#include "proto/seal/keys.hpp"
#include "proto/seal/secret.hpp"
#include "udp/descriptor.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tern::relay {

// Held as long as it lives; the system gives it up when the process dies.
class data_folder {
 public:
  // Makes the folder (0700) and its parents. The error is a line for a person.
  static tl::expected<data_folder, std::string> open(const std::filesystem::path& folder);

  // To look at its files beside a relay that may be running.
  static data_folder without_lock(const std::filesystem::path& folder);
  // Makes the folder and its parents, nothing else.
  static tl::expected<void, std::string> make(const std::filesystem::path& folder);

  // The relay's key, made when there is none (0600). A file that others may read, or
  // that is no key, is refused rather than replaced.
  tl::expected<proto::x25519_keypair, std::string> load_key(proto::entropy& source) const;

  // Keeps a relay from starting on a folder whose log is to be read, and changes nothing
  // there: nothing where one is running. A folder that no relay ever ran on has no lock, and
  // none is made.
  static std::optional<udp::descriptor> lock_if_stopped(const std::filesystem::path& folder);

  // As load_key(): what the relay knows its connection ids and tokens by after a restart. Without
  // it nobody is locked out; clients take longer to come back.
  tl::expected<proto::secret<32>, std::string> load_stored_secret(proto::entropy& source) const;

  // The key that is to come, or the one that was, while the key is rolled over. Null where there is none.
  tl::expected<std::shared_ptr<const proto::x25519_keypair>, std::string> load_other_key(
      const std::filesystem::path& from) const;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path key_file() const { return path_ / "relay.key"; }
  std::filesystem::path next_key_file() const { return path_ / "relay.key.next"; }
  std::filesystem::path previous_key_file() const { return path_ / "relay.key.previous"; }
  std::filesystem::path invites_file() const { return path_ / "invites"; }
  std::filesystem::path invite_uses_file() const { return path_ / "invites.used"; }
  std::filesystem::path secret_file() const { return path_ / "relay.secret"; }
  std::filesystem::path log_file() const { return log_file_in(path_); }
  static std::filesystem::path log_file_in(const std::filesystem::path& folder) { return folder / "relay.db"; }
  bool has_key() const;

  struct usage {
    std::uint64_t log_bytes = 0;
    std::uint64_t journal_bytes = 0;  // the log's write-ahead log
    std::uint64_t free_bytes = 0;     // for this user, where the folder is
  };
  usage disk_use() const;

 private:
  data_folder(std::filesystem::path path, udp::descriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  static tl::expected<proto::secret<32>, std::string> load_or_create(const std::filesystem::path& file,
                                                                     std::string_view complaint,
                                                                     proto::entropy& source);

  std::filesystem::path path_;
  udp::descriptor lock_;
};

}  // namespace tern::relay
