#include "cli/relay_chat/chat_base.hpp"

namespace tern::cli {

chat_base::chat_base(context& from, const tern_address& address, const net::any_io_executor& on)
    : call(from),
      relay(address),
      trust(from, address),
      executor(on),
      report(from.out),
      changed(on),
      work(on, changed),
      link(open_client(from, trust, naming::claim, from.args.has("no-store") ? keeping::nothing : keeping::file, on)) {}

void chat_base::hang_up() {
  is_hung_up = true;
  changed.notify();
  link.async_close(proto::duration::zero(), [](std::error_code) {});
}

}  // namespace tern::cli
