#include "cli/relay_client/relay_trust.hpp"

#include "cli/files/transfer.hpp"
#include "cli/output/wall_clock.hpp"
#include "cli/trust/held_invite.hpp"
#include "proto/seal/fingerprint.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace tern::cli {

namespace {
bool is_loopback(const proto::address& address) {
  if (address.is_v4()) return address.ip[12] == 127;
  std::array<std::uint8_t, 16> loopback{};
  loopback.back() = 1;
  return address.ip == loopback;
}

// Standard input may carry the message: only where it is the terminal, too, somebody can answer.
bool can_ask() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1; }

std::string read_answer() {
  std::string answer;
  std::error_code error;
  while (!answer.ends_with('\n')) {
    const std::string piece = read_some(STDIN_FILENO, 1, error);
    if (error || piece.empty()) break;
    answer += piece;
  }
  return answer;
}
}  // namespace

relay_trust::relay_trust(context& call, const tern_address& relay)
    : call_(call), relay_(relay), store_(call.variables.data_folder()) {
  const auto entry = store_.find(relay.authority());
  if (entry) known_ = entry->key;
  if (const auto held = held_invite(call, relay)) {
    if (relay_.relay_key && *relay_.relay_key != held->relay_key) {
      throw failure(exit_code::untrusted, "key_changed",
                    fmt::format("the invite is for another relay than {}: the keys differ", relay.authority()));
    }
    relay_.relay_key = held->relay_key;
    invite_ = std::make_shared<const proto::invite>(held->invite.id(), held->invite.shared().clone());
  }
  if (!known_ || !relay_.relay_key || *known_ == *relay_.relay_key) return;
  if (entry->previous == relay_.relay_key) {
    relay_.relay_key = known_;
    return;
  }
  key_offer offer{relay.authority(), *relay_.relay_key, known_, std::nullopt, false};
  throw changed_key_failure(offer);
}

void relay_trust::configure(client_options& options) {
  options.relay_key = known_;
  options.invite = invite_;
  options.on_next_key = [this](const key_question& announced) { on_next_key(announced); };
  options.trust = [this](const key_question& question) { return decide(question); };
  options.on_wrong_key = [this](const key_question& question) {
    const key_offer offer{relay_.authority(), question.offered, known_, relay_.relay_key, false};
    refusal_ = changed_key_failure(offer);
  };
}

void relay_trust::throw_if_refused() const {
  if (refusal_) throw *refusal_;
}

void relay_trust::on_proved() {
  if (relay_.relay_key && !known_) remember(*relay_.relay_key, invite_ ? "invite" : "address");
}

// Under the key we know, so nobody else says it. Where the file knows better meanwhile, that counts.
void relay_trust::on_next_key(const key_question& announced) {
  const known_relay relay{relay_.authority(), announced.offered, utc_now(), "announced", announced.known};
  if (!store_.succeed(relay)) return;
  known_ = announced.offered;
  if (relay_.relay_key) relay_.relay_key = announced.offered;
  call_.out.note(
      fmt::format("the relay {} replaces its key, and says so under the old one: {} is remembered from now on",
                  relay_.authority(), proto::fingerprint(announced.offered.octets)));
}

bool relay_trust::decide(const key_question& question) {
  const key_offer offer{relay_.authority(), question.offered, known_, relay_.relay_key, is_loopback(question.remote)};
  const bool accept_new = call_.settings.get("trust").text == "accept-new";
  const trust_rules rules{accept_new, can_ask()};
  switch (judge(offer, rules)) {
    case trust_verdict::trusted:
      return true;
    case trust_verdict::accept_new:
      remember(offer.offered, accept_new ? "accept-new" : "loopback");
      return true;
    case trust_verdict::ask:
      return ask(offer);
    case trust_verdict::unknown:
      refusal_ = unknown_key_failure(offer);
      return false;
    case trust_verdict::changed:
      refusal_ = changed_key_failure(offer);
      return false;
  }
  return false;
}

bool relay_trust::ask(const key_offer& offer) {
  static_cast<void>(write_all(STDERR_FILENO, trust_question(offer)));
  const std::string answer = read_answer();
  if (answer == "yes\n" || answer == "y\n") {
    remember(offer.offered, "asked");
    return true;
  }
  refusal_ = unknown_key_failure(offer);
  return false;
}

void relay_trust::remember(const proto::public_key& key, const char* reason) {
  const known_relay relay{relay_.authority(), key, utc_now(), reason};
  // Another process may have been first: with the same key that is fine, with another one it is the change that
  // is never passed over.
  if (store_.remember(relay) == remember_outcome::conflict) {
    known_ = store_.find(relay_.authority()).value_or(relay).key;
    const key_offer offer{relay_.authority(), key, known_, std::nullopt, false};
    throw changed_key_failure(offer);
  }
  known_ = key;
  call_.out.detail(fmt::format("remembered the relay {} in {}", relay_.authority(), store_.file().string()));
}

}  // namespace tern::cli
