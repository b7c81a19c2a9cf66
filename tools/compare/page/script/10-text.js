// Numbers and sentences as people read them.
function digits(value, most = 2) {
  return value.toLocaleString("en", {maximumFractionDigits: Math.abs(value) < 10 ? most : Math.abs(value) < 100 ? 1 : 0});
}
const missing = "\u2013";
const number = (value, unit = "") => (value === null || value === undefined ? missing : digits(value) + unit);
function time(ms) {
  if (ms === null || ms === undefined) return missing;
  return ms >= 10000 ? digits(ms / 1000) + "\u00a0s" : digits(ms) + "\u00a0ms";
}
const percent = (share) => digits(share * 100) + "\u00a0%";
const bits = (megabits) =>
  megabits === null ? missing : megabits < 1 ? number(megabits * 1000, "\u00a0kbit/s") : number(megabits, "\u00a0Mbit/s");
const plural = (count, one, many) => `${digits(count)} ${count === 1 ? one : many}`;

// A latency that was promised and is not there takes longer than anyone waited.
function latencyText(course, ms, text = time) {
  if (ms !== null && ms !== undefined) return text(ms);
  return course.figures.late > 0 ? "over " + time(summary.workload.limit_ms) : missing;
}

function finding(course) {
  if (!course.messages) return `failed: ${course.failure}.`;
  const f = course.figures;
  const parts = [];
  if (f.late > 0) parts.push(`delivered ${digits(f.delivered)} of ${digits(f.due)} in time`);
  else if (f.lost > 0) parts.push(`lost ${digits(f.lost)} of ${digits(f.due)}`);
  else parts.push(`delivered all ${digits(f.due)}`);
  if (course.impaired) {
    parts.push(`half within ${latencyText(course, f.latency_ms.p50)}, 99 of 100 within ${latencyText(course, f.latency_ms.p99)}`);
    if (course.order && f.stalls.count > 0) {
      parts.push(`${plural(f.stalls.count, "message", "messages")} waited for an earlier one, up to ${time(f.stalls.longest_ms)}`);
    }
  } else {
    parts.push("not impaired: TCP ran past the emulated link, so only its delivery can be compared");
  }
  if (f.duplicates > 0) parts.push(`${digits(f.duplicates)} came twice`);
  if (f.socket_drops > 0) parts.push(`${plural(f.socket_drops, "datagram", "datagrams")} lost in a receive buffer of this machine`);
  if (f.emulator_missed > 0) parts.push(`${plural(f.emulator_missed, "packet", "packets")} sent faster than the emulator took them`);
  return parts.join("; ") + ".";
}

function workloadText() {
  const work = summary.workload;
  const lanes = work.lanes > 1 ? ` on ${work.lanes} lanes` : "";
  if (isSaturating) return `Messages of ${work.message_bytes} B${lanes}, as fast as each mode takes them for ${time(work.saturating_ms)}`;
  return `${digits(work.messages)} messages of ${work.message_bytes} B${lanes}, one every ${time(work.interval_ms)}`;
}
