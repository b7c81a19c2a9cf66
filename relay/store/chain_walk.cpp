#include "relay/store/chain_walk.hpp"

#include <utility>

namespace tern::relay {

chain_walk::chain_walk(const log_state& log, const chain_hash& base, verify_report& report)
    : log_{log}, report_{report}, chain_{base}, expected_{log.first} {
  ++report_.logs;
  report_.rooms += log.key.kind == log_kind::room ? 1U : 0U;
}

void chain_walk::on_row(const row& next, const chain_hash& stored_chain) {
  ++report_.rows;
  const bool follows = next.position == expected_;
  if (!follows) report(expected_, "rows are missing before " + std::to_string(next.position.value));
  // Behind a hole the hash of the row before is not known, so there is nothing to compare; what was let go is no more.
  const bool is_whole = follows && next.kind != let_go_kind;
  if (is_whole && next_chain(chain_, log_.id, next) != stored_chain) report(next.position, "does not match its hash");
  chain_ = stored_chain;
  expected_ = next.position.next();
}

void chain_walk::finish() {
  if (expected_ != log_.head.next()) {
    report(expected_, "the log should end at " + std::to_string(log_.head.value));
  } else if (tag_of(chain_) != log_.head_chain) {
    report(log_.head, "the last row is not the one that the log ends with");
  }
}

void chain_walk::report(log_position position, std::string what) { report_.add({log_.key, position, std::move(what)}); }

}  // namespace tern::relay
