#include "cli/relay_client/delivery_wait.hpp"

namespace tern::cli {

namespace {
bool says_delivered(const incoming& came, const said_message& said, proto::log_position position) {
  const auto* told = std::get_if<proto::chat::delivered_up_to>(&came);
  return told != nullptr && told->to == said.to && told->position >= position;
}

bool says_connected(const incoming& came) {
  const auto* status = std::get_if<status_change>(&came);
  return status != nullptr && status->now == status_change::phase::connected;
}
}  // namespace

net::awaitable<std::error_code> until_delivered(client& link, const said_message& said, proto::log_position position) {
  link.keep_alive(true);
  std::uint64_t connections = link.statistics().connections;
  for (;;) {
    auto [error, came] = co_await link.async_receive(net::as_result);
    if (error) co_return error;
    if (!link) co_return make_error_code(proto::errc::closed);  // given up while that was on its way
    if (says_delivered(came, said, position)) co_return std::error_code{};
    const std::uint64_t now_connections = link.statistics().connections;
    if (!says_connected(came) || now_connections == connections) continue;
    connections = now_connections;
    auto [refused, again] = co_await link.async_send(said.to, said.kind, said.body, said.options, net::as_result);
    if (refused) co_return refused;
    if (!link) co_return make_error_code(proto::errc::closed);
  }
}

}  // namespace tern::cli
