#include "proto/endpoint/handshake_admission.hpp"

#include <algorithm>

namespace tern::proto {

bool rate_bucket::take(time_point now, double rate, double burst) {
  const double elapsed = std::chrono::duration<double>(now - updated_at_).count();
  level_ = std::max(0.0, level_ - elapsed * rate);
  updated_at_ = now;
  if (level_ + 1 > burst) return false;
  level_ += 1;
  return true;
}

handshake_admission::handshake_admission(const handshake_admission_limits& limits, const keyed_hash& hash)
    : limits_(limits), buckets_(0, prefix_hash{hash}) {}

handshake_admission::verdict handshake_admission::judge(time_point now, const address& from, token_standing token) {
  if (token == token_standing::fresh) return tokened_.take(now, limits_.drop_rate) ? verdict::admit : verdict::drop;
  if (token == token_standing::daily && daily_.take(now, limits_.drop_rate)) return verdict::admit;
  if (!answered_.take(now, limits_.drop_rate)) return verdict::drop;
  const bool within_all = untokened_.take(now, limits_.retry_rate);
  const bool within_prefix = bucket_of(from.limit_prefix()).take(now, limits_.prefix_rate);
  return within_all && within_prefix ? verdict::admit : verdict::retry;
}

rate_bucket& handshake_admission::bucket_of(const prefix& key) {
  const auto found = buckets_.find(key);
  if (found != buckets_.end()) {
    order_.splice(order_.end(), order_, found->second.place);
    return found->second.bucket;
  }
  if (buckets_.size() >= limits_.prefixes_max) {
    buckets_.erase(order_.front());
    order_.pop_front();
  }
  order_.push_back(key);
  return buckets_.emplace(key, prefix_entry{{}, std::prev(order_.end())}).first->second.bucket;
}

}  // namespace tern::proto
