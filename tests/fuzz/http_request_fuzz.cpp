// Whatever is sent to the address of --metrics: a request is whole or not, and names a method
// and a path that can be shown, or is none.
#include "relay/metrics/http_request.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

void demand(bool truth) {
  if (!truth) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view received{reinterpret_cast<const char*>(data), size};
  // What has come stays whole, whatever comes behind it.
  if (tern::relay::is_http_head_whole(received.substr(0, size / 2))) demand(tern::relay::is_http_head_whole(received));
  const auto request = tern::relay::parse_http_request(received);
  if (!request) return 0;
  const auto is_shown = [](char letter) { return letter > ' ' && letter <= '~' && letter != '?'; };
  demand(!request->method.empty() && request->path.starts_with('/'));
  demand(std::all_of(request->path.begin(), request->path.end(), is_shown));
  return 0;
}
