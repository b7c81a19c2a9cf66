#include "cli/commands/commands.hpp"
#include "cli/failure.hpp"
#include "cli/identity/seed_file.hpp"
#include "proto/seal/base64url.hpp"
#include "proto/seal/fingerprint.hpp"
#include "udp/system_entropy.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

namespace {
void print_identity(context& call, const proto::identity& own, const identity_file& place) {
  const auto& key = own.public_key().octets;
  call.result["key"] = proto::to_base64url(key);
  call.result["fingerprint"] = proto::fingerprint(key);
  call.result["file"] = place.file().string();
  call.out.data(fmt::format("{}\n", proto::to_base64url(key)));
  call.out.receipt(fmt::format("{} in {}", proto::fingerprint(key), place.file().string()));
}

void make_new(context& call, const identity_file& place, proto::entropy& source) {
  if (place.exists() && !call.args.has("replace")) {
    throw usage_error(
        fmt::format("you have a key in {}; --replace keeps it aside and makes a new one", place.file().string()));
  }
  if (const auto kept = place.replace(source)) call.out.note(fmt::format("the old key is kept in {}", kept->string()));
}

exit_code run(context& call) {
  call.args.require_words(0, 1, "`show` or `new`");
  const std::string verb = call.args.words().empty() ? "show" : call.args.words().front();
  if (verb != "show" && verb != "new") throw usage_error(fmt::format("'{}' is neither `show` nor `new`", verb));
  const identity_file place(call.variables.data_folder());
  udp::system_entropy source;
  if (verb == "new") make_new(call, place, source);
  print_identity(call, place.load_or_create(source), place);
  return exit_code::done;
}
}  // namespace

command id_command() {
  command result;
  result.name = "id";
  result.synopsis = "[show | new]";
  result.summary = "your own key: show it (made at first use), or make a new one";
  result.details =
      "The key is who you are to relays and to others. It is made at its first use and kept in\n"
      "$XDG_DATA_HOME/tern/identity.key (usually ~/.local/share/tern), readable by you only.";
  result.options = {{"replace", "", "with `new`: put the key you have aside"}};
  result.examples = {{"tern id", "your public key"}, {"tern id new --replace", "become someone else"}};
  result.run = run;
  return result;
}

}  // namespace tern::cli
