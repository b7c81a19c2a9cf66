// Whether somebody who holds an invite may come in by it: it may be good for a number of
// people, and they may be there. Counts a person when they are let in; a line about it is
// written where that makes nobody wait, so a power cut right then forgets it. What cannot be
// written is tried again with whoever comes next, and when the gate goes.
#pragma once

#include "relay/server/invite_uses.hpp"
#include "relay/server/late_lines.hpp"
#include "relay/store/writer.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace tern::relay {

class invite_gate {
 public:
  struct surroundings {
    // Hands an errand to the store's thread. False: it takes none.
    std::function<bool(errand)> errands;
    // What could not be read or written, a line for a person. From any thread.
    std::function<void(const std::string&)> complain;
  };

  invite_gate(std::filesystem::path file, surroundings around)
      : file_(std::move(file)), around_(std::move(around)), unwritten_(std::make_shared<late_lines>(file_)) {}

  // Knows again what was written before. Before anybody comes. Where that cannot be read, nobody comes by
  // an invite that counts: better than so many people more with every start.
  void start();
  // Drops from the file what is not in the list any more. Only with a list that was read: one that is empty
  // since it was damaged would make invites good again that are used up.
  void forget_all_but(const invite_list& list);
  bool lets_in(const invite_list& list, const proto::invite_id& by, const proto::identity_key& who);

 private:
  bool counts_in(const invite_list& list, const proto::invite_id& by, const proto::identity_key& who);
  void write();

  std::filesystem::path file_;
  surroundings around_;
  std::optional<invite_uses> uses_;  // none: not known
  std::shared_ptr<late_lines> unwritten_;
};

}  // namespace tern::relay
