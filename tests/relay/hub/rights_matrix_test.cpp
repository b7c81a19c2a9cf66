// Every action by everyone everywhere: action x role x kind of place x kind of client, each
// on a relay of its own, against a table that is written from relay.md, section 2.
#include "tests/relay/hub/world.hpp"

#include <algorithm>

namespace tern::relay::testing {
namespace {

enum class place : std::uint8_t { open, invite_only, moderated, commons, own_inbox, other_inbox };
enum class role : std::uint8_t { owner, moderator, member, nobody, muted, banned };
enum class kind : std::uint8_t { named, guest, text };

constexpr std::array places{"open", "invite only", "moderated", "commons", "own inbox", "other's inbox"};
constexpr std::array roles{"owner", "moderator", "member", "nobody", "muted", "banned"};
constexpr std::array kinds{"named", "guest", "text"};

// b BIND, j JOIN, h HISTORY, w WHO, l is in ROOMS, s SAY, t topic, k kind, e enroll a stranger,
// a appoint a stranger, d depose a moderator, i kick a stranger, I kick a moderator, x ban a
// stranger, X ban a moderator, O ban the owner, u unban a stranger, m mute a stranger, M mute
// a moderator.
constexpr std::string_view actions = "bjhwlstkeadiIxXOumM";

// What is granted to whom has a name; the rest is refused.
std::string_view granted_to_named(place where, role as) {
  constexpr std::string_view ruler = "bjhwlstkeadiIxXumM";
  constexpr std::string_view helper = "bjhwlsteixum";
  switch (where) {
    case place::open:
    case place::commons:
      return std::array<std::string_view, 6>{
          ruler, helper, "bjhwls", "bjhwls", "bjhwl", ""}[static_cast<std::size_t>(as)];
    case place::invite_only:
      return std::array<std::string_view, 6>{ruler, helper, "bjhwls", "", "", ""}[static_cast<std::size_t>(as)];
    case place::moderated:
      return std::array<std::string_view, 6>{
          ruler, helper, "bjhwls", "bjhwl", "bjhwl", ""}[static_cast<std::size_t>(as)];
    case place::own_inbox:
      return "bjhwsxXOumM";
    case place::other_inbox:
      return as == role::muted || as == role::banned ? "b" : "bs";
  }
  return "";
}

std::string_view granted(place where, role as, kind who) {
  if (who == kind::text && where == place::own_inbox) return "bs";
  if (who == kind::guest && as <= role::moderator) as = role::member;
  if (who == kind::text && as <= role::member) as = role::nobody;
  return granted_to_named(where, as);
}

bool is_absent(place where, role as, kind who) { return where <= place::commons && granted(where, as, who).empty(); }

// Olga owns it, mia is a moderator where there are such, tom is nobody there.
struct scene {
  scene(place where, role as, kind who) : at(where) {
    for (const auto& [person, name] : {std::pair<std::uint8_t, const char*>{1, "olga"}, {3, "tom"}, {4, "mia"}})
      give_name(person, name);
    if (who == kind::named) give_name(2, "sam");
    make_log(log_number{1}, room_key());
    rules.tag = request_tag{1};
    rules.log = log_number{1};
    if (where == place::invite_only) rules.kind = room_kind::invite_only;
    if (where == place::moderated) rules.kind = room_kind::moderated;
    if (where <= place::moderated) rules.changed = {{world::key(1), {.role = room_role::owner}}};
    if (where <= place::commons) rules.changed.push_back({world::key(4), {.role = room_role::moderator}});
    if (who != kind::text) set(world::key(2), as);
    relay.store().hand_over(rules);
    carry_out();
    relay.restart();
    sam = who == kind::text ? relay.connect_text() : relay.connect(2);
    if (who == kind::text && as != role::nobody) rule_text(as);
    relay.forget_heard();
  }

  log_key room_key() const {
    if (at <= place::moderated) return {log_kind::room, "den"};
    if (at == place::commons) return {log_kind::room, std::string{commons}};
    return {log_kind::inbox, std::string{proto::as_text(world::key(at == place::own_inbox ? 2 : 5))}};
  }
  void give_name(std::uint8_t person, std::string name) {
    relay.store().hand_over(name_request{.name = std::move(name), .key = world::key(person), .time = relay.wall()});
  }
  void make_log(log_number number, log_key key) {
    append_request request{.log = number, .create = new_log{std::move(key), {}, {}}, .sender = world::key(9)};
    request.body = {'x'};
    relay.store().hand_over(std::move(request));
  }
  void set(const client_key& key, role as) {
    right has;
    if (as <= role::member) has.role = static_cast<room_role>(3 - static_cast<int>(as));
    if (as == role::muted) has.muted_until = relay.wall() + std::chrono::hours{1};
    if (as == role::banned) has.banned_until = relay.wall() + std::chrono::hours{1};
    if (as == role::owner && !rules.changed.empty()) rules.changed.front().has.role = room_role::moderator;
    rules.changed.push_back({key, has});
  }
  void carry_out() {
    while (relay.store().has_work()) relay.store().step();
  }
  // Its key is known once it has said something; whoever may give it a place there does.
  void rule_text(role as) {
    relay.bind_room(sam, 9, "hall");
    relay.say(sam, 9, 0, "who am I?");
    relay.settle();
    const client_key key = relay.store().rows(log_number{2}).front().sender;
    if (at == place::own_inbox || at == place::commons) return;
    const peer_id ruler = relay.connect(at == place::other_inbox ? 5 : 1);
    bind(ruler);
    chat::change wish{
        .request = 1, .who_kind = chat::destination_kind::person_key, .who = std::string{proto::as_text(key)}};
    wish.what = as == role::muted    ? chat::change_kind::mute
                : as == role::banned ? chat::change_kind::ban
                                     : chat::change_kind::role;
    if (as <= role::member) wish.value = 3 - static_cast<std::uint64_t>(as);
    relay.send(ruler, world::lane(1), wish);
    relay.settle();
    const bool is_taken = as >= role::muted || (as == role::member && at != place::other_inbox);
    EXPECT_EQ(relay.all<chat::changed>(ruler).size(), is_taken ? 1U : 0U) << "only who has a name rules";
  }
  void bind(peer_id id) {
    chat::bind op{.kind = chat::destination_kind::room, .destination = room_key().name};
    if (at >= place::own_inbox) op.kind = chat::destination_kind::person_key;
    if (at == place::own_inbox && id == sam) op = {.kind = chat::destination_kind::own_inbox};
    op.client_time = relay.wall();
    relay.send(id, world::lane(1), op);
  }

  place at;
  world relay;
  rules_request rules;
  peer_id sam;
};

chat::change change_of(char action) {
  chat::change wish{.request = 7};
  constexpr std::string_view strangers = "eaixum";
  using what = chat::change_kind;
  wish.who = strangers.find(action) != std::string_view::npos ? "tom" : action == 'O' ? "olga" : "mia";
  if (action == 't' || action == 'k') wish.who.clear();
  switch (action) {
    case 't':
      wish.text = "birds";
      break;
    case 'k':
      wish.what = what::kind;
      wish.value = 2;
      break;
    case 'e':
    case 'a':
    case 'd':
      wish.what = what::role;
      wish.value = action == 'e' ? 1 : action == 'a' ? 2 : 0;
      break;
    case 'i':
    case 'I':
      wish.what = what::kick;
      break;
    case 'u':
      wish.what = what::unban;
      break;
    case 'm':
    case 'M':
      wish.what = what::mute;
      break;
    default:
      wish.what = what::ban;
      break;
  }
  return wish;
}

struct outcome {
  bool granted = false;
  std::optional<chat::refusal> refusal;
};

template <class Answer>
outcome outcome_of(world& relay, peer_id who) {
  outcome seen{!relay.all<Answer>(who).empty(), {}};
  for (const auto& why : relay.all<chat::failed>(who)) seen.refusal = why.reason;
  for (const auto& why : relay.all<chat::refused>(who)) seen.refusal = why.reason;
  for (const auto& why : relay.all<chat::unbound>(who)) seen.refusal = why.reason;
  return seen;
}

outcome attempt(scene& now, char action) {
  world& relay = now.relay;
  const peer_id sam = now.sam;
  now.bind(sam);
  if (action == 'b') return outcome_of<chat::bound>(relay, sam);
  if (action == 'l') {
    relay.send(sam, chat::control_lane, chat::rooms{7});
    const auto all = relay.all<chat::room_info>(sam);
    return {std::any_of(all.begin(), all.end(), [&](const auto& each) { return each.name == now.room_key().name; }),
            {}};
  }
  switch (action) {
    case 'j':
      relay.join(sam, 1);
      relay.settle();
      return outcome_of<chat::live>(relay, sam);
    case 'h':
      relay.send(sam, world::lane(1), chat::history{.request = 7});
      relay.settle();
      return outcome_of<chat::history_end>(relay, sam);
    case 'w':
      relay.send(sam, world::lane(1), chat::who{7});
      return outcome_of<chat::list_end>(relay, sam);
    case 's':
      relay.say(sam, 1, 0, "hello");
      relay.settle();
      return outcome_of<chat::committed>(relay, sam);
    default:
      relay.send(sam, world::lane(1), change_of(action));
      relay.settle();
      return outcome_of<chat::changed>(relay, sam);
  }
}

void check(place where, role as, kind who, char action) {
  SCOPED_TRACE(std::string{"a "} + kinds[static_cast<std::size_t>(who)] + " client, " +
               roles[static_cast<std::size_t>(as)] + ", " + places[static_cast<std::size_t>(where)] + ", action " +
               action);
  scene now{where, as, who};
  const outcome seen = attempt(now, action);
  const bool expected = granted(where, as, who).find(action) != std::string_view::npos;
  EXPECT_EQ(seen.granted, expected);
  if (expected || action == 'l') return;
  EXPECT_EQ(seen.refusal, is_absent(where, as, who) ? chat::refusal::no_such : chat::refusal::forbidden);
}

TEST(Rights, AreAsWrittenForEveryActionRolePlaceAndClient) {
  int checked = 0;
  for (const place where :
       {place::open, place::invite_only, place::moderated, place::commons, place::own_inbox, place::other_inbox}) {
    for (const role as : {role::owner, role::moderator, role::member, role::nobody, role::muted, role::banned}) {
      for (const kind who : {kind::named, kind::guest, kind::text}) {
        const bool is_text_in_nobodys =
            who == kind::text && as != role::nobody && (where == place::commons || where == place::own_inbox);
        if (is_text_in_nobodys || (where == place::own_inbox && as >= role::muted)) continue;
        if (where == place::commons && as == role::owner) continue;
        for (const char action : actions) {
          if (action == 'l' && where >= place::own_inbox) continue;
          if (action == 'O' && (where == place::commons || as == role::owner)) continue;  // olga owns nothing
          check(where, as, who, action);
          ++checked;
        }
      }
    }
  }
  EXPECT_GT(checked, 1'500);
}

}  // namespace
}  // namespace tern::relay::testing
