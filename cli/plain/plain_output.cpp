#include "cli/plain/plain_output.hpp"

#include "cli/plain/plain_address.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::cli {

void received_output::take(std::string_view bytes) {
  if (!out_.stdout_is_terminal()) return out_.data(bytes);
  const std::string shown = filter_.feed(bytes);
  if (!shown.empty()) at_line_start_ = shown.back() == '\n';
  out_.data(shown);
}

void received_output::finish() {
  if (!out_.stdout_is_terminal()) return;
  const std::string rest = filter_.finish();
  if (!rest.empty()) at_line_start_ = rest.back() == '\n';
  out_.data(rest);
  if (!at_line_start_) out_.data("\n");
}

void announce_listening(console& out, udp::transport transport, const proto::address& local) {
  out.note(fmt::format("listening {} {}", transport_name(transport), local.to_string()));
  out.record({{"type", "listening"},
              {"transport", transport_name(transport)},
              {"address", local.to_string()},
              {"port", local.port}});
}

}  // namespace tern::cli
