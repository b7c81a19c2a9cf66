#include "tools/compare/analysis/delivery_count.hpp"

namespace tern::compare {

delivery_count count_deliveries(std::span<const message_record> messages) {
  delivery_count count;
  count.due = messages.size();
  for (const message_record& each : messages) {
    if (each.delivered) ++count.delivered;
    count.extra_copies += each.extra_copies;
  }
  count.missing = count.due - count.delivered;
  return count;
}

}  // namespace tern::compare
