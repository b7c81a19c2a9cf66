#include "cli/trust/trust_policy.hpp"

#include "proto/seal/base64url.hpp"
#include "proto/seal/fingerprint.hpp"

#include <fmt/format.h>

namespace tern::cli {

trust_verdict judge(const key_offer& offer, const trust_rules& rules) {
  if (offer.known && *offer.known != offer.offered) return trust_verdict::changed;
  if (offer.pinned) return *offer.pinned == offer.offered ? trust_verdict::trusted : trust_verdict::changed;
  if (offer.known) return trust_verdict::trusted;
  if (rules.accept_new || offer.on_loopback) return trust_verdict::accept_new;
  return rules.can_ask ? trust_verdict::ask : trust_verdict::unknown;
}

failure unknown_key_failure(const key_offer& offer) {
  return {exit_code::untrusted, "key_unknown",
          fmt::format("the key of the relay {0} is not known: {1}; nothing was sent\n"
                      "if it is the right one: tern trust pin 'tern://{0}#{2}'",
                      offer.authority, proto::fingerprint(offer.offered.octets),
                      proto::to_base64url(offer.offered.octets))};
}

failure changed_key_failure(const key_offer& offer) {
  const bool against_store = offer.known && *offer.known != offer.offered;
  const proto::public_key expected = against_store ? *offer.known : offer.pinned.value_or(offer.offered);
  const std::string remedy =
      against_store ? fmt::format("if the relay really has a new key: tern trust forget '{}'", offer.authority)
                    : std::string("the key in the address is not the relay's: ask its operator for the right address");
  return {exit_code::untrusted, "key_changed",
          fmt::format("the key of the relay {} is not the one expected: {} was expected, {} was shown; nothing was "
                      "sent\n{}",
                      offer.authority, proto::fingerprint(expected.octets), proto::fingerprint(offer.offered.octets),
                      remedy)};
}

std::string trust_question(const key_offer& offer) {
  return fmt::format("The relay {} is not known. Its key is {}.\nTrust it from now on? (yes/no) ", offer.authority,
                     proto::fingerprint(offer.offered.octets));
}

}  // namespace tern::cli
