// take_mail(mail) -> 1
//
// Takes over a mail from a host's daemon. On return the mail is in the server's queue, added by
// this call or by an earlier one with the same id. Errors: not_allowed for a caller without a
// certificate; invalid_argument; unavailable when the server has no relay or the host has reached
// smtp.host_rate; unavailable (store).
#include "api/function.h"
#include "mail/format/message_map.h"
#include "mail/server/outbox.h"
#include "value/map_fields.h"

namespace mega {
namespace {

const Service<const Outbox> outbox{"outbox"};

const Param<Value> mail{"mail", "the arguments of send_mail, with id and date, as a map",
                        BytesMax{64 << 20}};

constexpr std::size_t id_bytes_max = 64;

struct Handed {
  std::string id;
  Time date;
};

Result<Handed> handed_in(const Map& map) {
  Handed handed;
  FieldReader fields(map, "mail");
  fields("id", handed.id);
  fields("date", handed.date);
  if (auto read = fields.result(); !read) return fail(read.error());
  // The id becomes a part of the Message-ID.
  if (handed.id.size() > id_bytes_max || !check_mailbox(handed.id + "@host")) {
    return fail(Errc::invalid_argument, "mail has no id, or one that is no part of an address");
  }
  return handed;
}

Result<Value> take_mail(Context& context, const Args& args) {
  const Caller& caller = context.caller;
  if (caller.door != Door::tls || caller.name.empty()) {
    return fail(Errc::not_allowed, "take_mail is for daemons with a certificate, at the tls door");
  }
  const Outbox* out = context.find(outbox);
  if (!out) return fail(Errc::unavailable, "this server sends no mail");
  const Value given = args[mail];
  const auto* map = given.as<Map>();
  if (!map) return fail(Errc::invalid_argument, "mail takes a map");
  const auto handed = handed_in(*map);
  if (!handed) return fail(handed.error());
  const auto words = mail_words_in(*map);
  if (!words) return fail(words.error());
  auto message = message_of(*words);
  if (!message) return fail(message.error());
  message->date = handed->date;
  message->token = handed->id;
  const auto id = out->post(context.author, *std::move(message),
                            {.topic = "from " + caller.name,
                             .once = fmt::format("{} {}", caller.name, handed->id),
                             .hourly_max = out->options().host_rate});
  if (!id && id.error().code != Errc::already_exists) return fail(id.error());
  return Value(1);
}

const Registered<Function> function{{
    .name = "take_mail",
    .summary = "Take mail over from a host's daemon, once",
    .params = {mail},
    .permission = Permission::agent,
    .changes = true,
    .checks_host = true,
    .shape = Shape::value,
    .example = "mega call take_mail mail=@mail.json",
    .detail = "For daemons, which keep mail on their host's disk until this has answered. A repeat "
              "with the same\n"
              "id is taken once. smtp.host_rate is the most that one host may send in an hour.",
    .run = take_mail,
}};

}  // namespace
}  // namespace mega
