#include "relay/server/invite_gate.hpp"

#include "relay/server/private_file.hpp"

namespace tern::relay {

void invite_gate::start() {
  const auto text = read_private_file(file_);
  if (!text)
    return around_.complain(text.error() +
                            "; until a start that can read it nobody comes by an invite made with --uses");
  uses_ = invite_uses::parse(text->value_or(""));
}

void invite_gate::forget_all_but(const invite_list& list) {
  if (!uses_ || uses_->is_empty()) return;
  const auto kept = write_private_file(file_, uses_->to_text(list), existing::replaced);
  if (!kept) around_.complain(kept.error());
}

bool invite_gate::lets_in(const invite_list& list, const proto::invite_id& by, const proto::identity_key& who) {
  const bool is_let_in = counts_in(list, by, who);
  if (!unwritten_->is_empty()) write();
  return is_let_in;
}

bool invite_gate::counts_in(const invite_list& list, const proto::invite_id& by, const proto::identity_key& who) {
  const listed_invite* invite = list.find(by);
  if (invite == nullptr || !invite->uses_max) return true;
  if (!uses_) return false;
  if (uses_->has(by, who)) return true;
  if (uses_->count(by) >= *invite->uses_max) return false;
  uses_->add(by, who);
  unwritten_->add(invite_uses::line_of(by, who));
  return true;
}

void invite_gate::write() {
  const auto act = [lines = unwritten_, complain = around_.complain] {
    if (const auto written = lines->write(); !written) complain(written.error() + "; tried again with who comes next");
  };
  if (!around_.errands(errand{act}))
    around_.complain("the store's thread takes nothing now: uses of invites are written later");
}

}  // namespace tern::relay
