#include "relay/metrics/watching.hpp"

#include "relay/metrics/exposition.hpp"

namespace tern::relay {

net::awaitable<http_response> watching::answer(std::string path) {
  http_response response;
  if (path == "/metrics") {
    response = metrics();
  } else if (path == "/healthz") {
    const auto why_not = co_await well_.why_not();
    response.status = why_not ? 503 : 200;
    response.body = why_not.value_or("ok") + '\n';
  } else {
    response.status = 404;
    response.body = "there are /metrics and /healthz\n";
  }
  co_return response;
}

http_response watching::metrics() {
  http_response response;
#ifdef TERN_METRICS
  response.type = exposition_type;
  response.body = expose(numbers_());
#else
  response.status = 404;
  response.body = "built without TERN_METRICS\n";
#endif
  return response;
}

}  // namespace tern::relay
