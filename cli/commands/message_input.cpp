#include "cli/commands/message_input.hpp"

#include "cli/failure.hpp"
#include "cli/files/transfer.hpp"
#include "cli/units/units.hpp"
#include "udp/descriptor.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace tern::cli {

namespace {
std::string joined_words(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 1; i < words.size(); ++i) text += (i > 1 ? " " : "") + words[i];
  return text;
}

bool asks_for_standard_input(const arguments& args) { return args.words().size() == 2 && args.words()[1] == "-"; }

failure too_big(const message_rules& rules) {
  return {exit_code::failed, "too_big",
          fmt::format("the message is more than {} bytes ({}): {}; nothing was sent", rules.bytes_max,
                      format_size(rules.bytes_max), rules.too_big)};
}

std::string read_all(int fd, std::string_view from, const message_rules& rules) {
  std::error_code error;
  // One more for a final newline that does not count.
  auto content = read_to_end(fd, rules.bytes_max + 1, error);
  if (error) {
    throw failure(exit_code::failed, "input",
                  fmt::format("cannot read {}: {}; nothing was sent", from,
                              error.value() == EBADF ? "it is closed" : error.message()));
  }
  if (!content) throw too_big(rules);
  if (!rules.keep_final_newline && content->ends_with('\n')) content->pop_back();
  return std::move(*content);
}

std::string read_file(const std::string& file, const message_rules& rules) {
  const udp::descriptor opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!opened.is_open()) {
    throw failure(exit_code::failed, "input",
                  fmt::format("cannot read {}: {}", file, std::generic_category().message(errno)));
  }
  message_rules whole = rules;
  whole.keep_final_newline = true;  // the bytes of a file are the message
  return read_all(opened.get(), file, whole);
}
}  // namespace

bool reads_standard_input(const arguments& args) {
  return !args.has("file") && (args.words().size() < 2 || asks_for_standard_input(args));
}

void refuse_silent_terminal(const arguments& args) {
  if (::isatty(STDIN_FILENO) != 1 || asks_for_standard_input(args)) return;
  throw usage_error("there is no message: give TEXT, pipe one in, or write - to type it here and end with Ctrl-D");
}

std::string read_message(const context& call, const message_rules& rules) {
  std::string message;
  if (const auto file = call.args.value("file")) {
    if (call.args.words().size() > 1) throw usage_error("TEXT and --file exclude each other");
    message = read_file(*file, rules);
  } else if (reads_standard_input(call.args)) {
    refuse_silent_terminal(call.args);
    message = read_all(STDIN_FILENO, "standard input", rules);
  } else {
    message = joined_words(call.args.words());
  }
  if (message.size() > rules.bytes_max) throw too_big(rules);
  return message;
}

}  // namespace tern::cli
