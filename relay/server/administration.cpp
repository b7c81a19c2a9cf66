#include "relay/server/administration.hpp"

#include "relay/control/backup_file.hpp"
#include "relay/control/control_answer.hpp"
#include "relay/server/invite_changes.hpp"
#include "relay/store/sqlite/verification.hpp"

#include <system_error>
#include <utility>

namespace tern::relay {

namespace {

constexpr std::string_view busy = "a backup or a verification is going on: ask again when it is done";

std::filesystem::path copy_to_verify(const data_folder& folder) { return folder.path() / "verify"; }

void remove_file(const std::filesystem::path& file) {
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
}

bool is_same_folder(const std::filesystem::path& one, const std::filesystem::path& other) {
  std::error_code unknown;
  return std::filesystem::equivalent(one, other, unknown);
}

std::string change_invites(const std::filesystem::path& file, const invite_request& request) {
  constexpr std::string_view record = "invite";
  if (request.what == invite_request::wish::revoke) {
    const auto revoked = revoke_invite(file, request.text, if_locked::fail);
    return revoked ? invite_line(revoked->id, revoked->name) : refusal_line(record, revoked.error());
  }
  auto made = parse_invite_line(request.text);
  if (!made) return refusal_line(record, "that is no line of a list of invites");
  const std::string id = to_string(made->id);
  const std::string name = made->name;
  const auto added = add_invite(file, std::move(*made), if_locked::fail);
  return added ? invite_line(id, name) : refusal_line(record, added.error());
}

}  // namespace

administration::administration(const data_folder& folder, surroundings around, event_log& log)
    : folder_{folder}, around_{std::move(around)}, log_{log} {
  remove_file(unfinished_name(copy_to_verify(folder_)));  // of a relay that was killed
}

administration::~administration() {
  is_cancelled_ = true;
  if (worker_.joinable()) worker_.join();
  if (is_busy_) remove_file(unfinished_);  // a copy that nobody is going to finish
}

std::string administration::refusal(const std::string& why) { return refusal_line("request", why); }

void administration::on_request(control_request request, control_service::answer answer) {
  std::visit([&](const auto& known) { on(known, std::move(answer)); }, request);
}

void administration::on(const stats_request&, const control_service::answer& answer) {
  answer(stats_line(around_.stats()));
}

std::string administration::why_not(const backup_request& request) const {
  if (is_busy_) return std::string{busy};
  const std::filesystem::path path{request.path};
  if (is_same_folder(path.parent_path(), folder_.path())) {
    return "a backup among the relay's own files would be lost with them: give another folder";
  }
  const auto possible = may_be_written(path, around_.log_bytes());
  return possible ? std::string{} : possible.error();
}

void administration::on(const backup_request& request, control_service::answer answer) {
  if (const std::string why = why_not(request); !why.empty()) return answer(refusal_line("backup", why));
  log_.info("backup", {{"to", request.path}});
  copy(request.path, "backup", std::move(answer), [path = request.path] {
    const auto bytes = finish_backup(path);
    if (!bytes) return refused("backup", bytes.error());
    return outcome{backup_line(path, *bytes), true, "written"};
  });
}

void administration::on(const verify_request&, control_service::answer answer) {
  if (is_busy_) return answer(refusal_line("verify", busy));
  const auto possible = may_be_written(copy_to_verify(folder_), around_.log_bytes());
  if (!possible)
    return answer(refusal_line("verify", "a running relay's log is copied to be checked: " + possible.error()));
  log_.info("verify");
  copy(copy_to_verify(folder_), "verify", std::move(answer), [this] { return verify_copy(); });
}

// On the store's thread, which does not wait for anybody who has the list.
void administration::on(const invite_request& request, const control_service::answer& answer) {
  const auto change = [this, request, answer] {
    asio::post(around_.executor, [this, answer, line = change_invites(folder_.invites_file(), request)] {
      around_.on_invites();
      answer(line);
    });
  };
  if (!around_.errands(errand{change})) answer(refusal_line("invite", "the relay takes nothing now: try again"));
}

administration::outcome administration::refused(std::string_view record, const std::string& why) {
  return {refusal_line(record, why), false, why};
}

administration::outcome administration::verify_copy() {
  const auto file = unfinished_name(copy_to_verify(folder_));
  const auto report = sqlite::verify_file(file.string(), is_cancelled_);
  remove_file(file);
  if (!report) return refused("verify", report.error());
  const bool is_sound = report->damages_found == 0;
  return {verify_line(folder_.path().string(), *report), is_sound,
          is_sound ? "sound" : std::to_string(report->damages_found) + " damages"};
}

void administration::copy(const std::filesystem::path& path, std::string_view record, control_service::answer answer,
                          std::function<outcome()> then) {
  unfinished_ = unfinished_name(path);
  remove_file(unfinished_);
  copy_request wanted;
  wanted.path = unfinished_.string();
  // From the store's thread to ours; there the work that takes long gets a thread.
  wanted.on_done = [this, record, answer, then = std::move(then)](copied made) {
    asio::post(around_.executor, [this, record, answer, then, made = std::move(made)] {
      if (!made) {
        remove_file(unfinished_);
        return end(record, refused(record, made.error()), answer);
      }
      if (worker_.joinable()) worker_.join();  // its answer was given: it has nothing left to do
      worker_ = std::thread{[this, record, answer, then] {
        asio::post(around_.executor, [this, record, answer, result = then()] { end(record, result, answer); });
      }};
    });
  };
  is_busy_ = around_.copy(std::move(wanted));
  if (!is_busy_) answer(refusal_line(record, "the relay is stopping"));
}

void administration::end(std::string_view record, const outcome& result, const control_service::answer& answer) {
  is_busy_ = false;
  if (result.is_good) log_.info(record, {{"outcome", result.summary}});
  if (!result.is_good) log_.error(record, {{"outcome", result.summary}});
  answer(result.line);
}

}  // namespace tern::relay
