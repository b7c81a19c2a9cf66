// What the parts of one chat have in common.
#pragma once

#include "cli/command/command.hpp"
#include "cli/process/task_group.hpp"
#include "cli/relay_chat/chat_report.hpp"
#include "cli/relay_client/open_client.hpp"

namespace tern::cli {

struct chat_base {
  chat_base(context& from, const tern_address& address, const net::any_io_executor& executor);

  // Whatever waits for the relay ends, with errc::closed.
  void hang_up();

  context& call;
  tern_address relay;
  relay_trust trust;
  net::any_io_executor executor;
  chat_report report;
  event changed;    // something ended, or the chat is to end
  task_group work;  // what was asked for and has to be finished before the end
  client link;
  bool is_ending = false;
  bool is_hung_up = false;
};

}  // namespace tern::cli
