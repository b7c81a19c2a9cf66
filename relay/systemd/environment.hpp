// What a service manager says by environment variables, each of which is meant for one
// process: whoever reads one takes it out. Only before there are threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tern::relay {

std::optional<std::string> take_variable(const char* name);
// Nothing for what is no whole number from 0 to 2^31 - 1 times a million.
std::optional<std::int64_t> number_of(const std::optional<std::string>& text);
bool is_our_process(const std::string& process_id);

}  // namespace tern::relay
