#include "mail/format/message_map.h"

#include "value/map_fields.h"
#include "value/shown.h"

#include <string>

namespace mega {
namespace {

Result<void> add_addresses(const Value& value, std::string_view argument,
                           std::vector<MailAddress>& all) {
  const auto* text = value.as<std::string>();
  if (!text) {
    return fail(Errc::invalid_argument, "{} takes addresses as text or a list of texts, not {}",
                argument, shown(value));
  }
  auto some = parse_mail_addresses(*text);
  if (!some) return fail(Errc::invalid_argument, "{}: {}", argument, some.error().message);
  all.insert(all.end(), some->begin(), some->end());
  return {};
}

const List* items_of(const Value& value) {
  if (const auto* tuple = value.as<Tuple>()) return &tuple->items;
  return value.as<List>();
}

std::string text_at(const Map& map, std::string_view key) {
  const Value* value = map.find(key);
  const auto* text = value ? value->as<std::string>() : nullptr;
  return text ? *text : "";
}

Result<Attachment> attachment_in(const Map& map) {
  const std::string name = text_at(map, "name");
  if (name.empty()) return fail(Errc::invalid_argument, "attachments: one has no name");
  const Value* content = map.find(std::string_view("content"));
  const auto* text = content ? content->as<std::string>() : nullptr;
  const auto* bytes = content ? content->as<Bytes>() : nullptr;
  if (!text && !bytes) {
    return fail(Errc::invalid_argument, "attachments: {} has no content of text or bytes", name);
  }
  Attachment attachment = attachment_of(name, text ? *text : bytes->data);
  const Value* inlined = map.find(std::string_view("inline"));
  const auto* flag = inlined ? inlined->as<bool>() : nullptr;
  if (flag && *flag) {
    if (!check_mailbox("x@" + name)) {
      return fail(Errc::invalid_argument,
                  "attachments: an inline image has a name of letters, digits, dots and hyphens");
    }
    attachment.content_id = name;
  }
  return attachment;
}

// `value`: text with commas, a list of texts, or None for no addresses. Errors: invalid_argument,
// naming the argument.
Result<std::vector<MailAddress>> addresses_in(const Value& value, std::string_view argument) {
  std::vector<MailAddress> all;
  if (value.is_none()) return all;
  const List* items = items_of(value);
  if (!items) {
    auto added = add_addresses(value, argument, all);
    return added ? Result<std::vector<MailAddress>>(std::move(all)) : fail(added.error());
  }
  for (const Value& item : *items) {
    if (auto added = add_addresses(item, argument, all); !added) return fail(added.error());
  }
  return all;
}

// `value`: a list of maps {name, content[, inline]}, whose content is text or bytes, or None.
Result<std::vector<Attachment>> attachments_in(const Value& value) {
  std::vector<Attachment> all;
  if (value.is_none()) return all;
  const List* items = items_of(value);
  if (!items) {
    return fail(Errc::invalid_argument, "attachments takes a list of maps, not {}", shown(value));
  }
  for (const Value& item : *items) {
    const auto* map = item.as<Map>();
    if (!map) {
      return fail(Errc::invalid_argument, "attachments takes maps {{name, content}}, not {}",
                  shown(item));
    }
    auto attachment = attachment_in(*map);
    if (!attachment) return fail(attachment.error());
    all.push_back(*std::move(attachment));
  }
  return all;
}

Result<void> fill_addresses(const MailWords& words, Message& message) {
  const struct {
    std::string_view name;
    const Value& from;
    std::vector<MailAddress>& into;
  } lists[] = {{"to", words.to, message.to},
               {"cc", words.cc, message.cc},
               {"bcc", words.bcc, message.bcc},
               {"reply_to", words.reply_to, message.reply_to}};
  for (const auto& list : lists) {
    auto addresses = addresses_in(list.from, list.name);
    if (!addresses) return fail(addresses.error());
    list.into = *std::move(addresses);
  }
  const auto only = addresses_in(words.only, "only");
  if (!only) return fail(only.error());
  for (const MailAddress& each : *only) message.only.push_back(each.address);
  if (words.sender.empty()) return {};
  auto from = parse_mail_address(words.sender);
  if (!from) return fail(Errc::invalid_argument, "sender: {}", from.error().message);
  message.from = *std::move(from);
  return {};
}

List texts_of(const std::vector<MailAddress>& addresses) {
  List texts;
  for (const MailAddress& each : addresses) {
    std::string name;
    for (const char c : each.name) {
      if (c == '"' || c == '\\') name += '\\';
      name += c;
    }
    texts.emplace_back(each.name.empty() ? each.address
                                         : fmt::format("\"{}\" <{}>", name, each.address));
  }
  return texts;
}

Result<Bytes> bytes_of(const Attachment& file) {
  const auto reader = file.open();
  if (!reader) return fail(reader.error());
  Bytes bytes;
  bytes.data.resize(static_cast<std::size_t>(file.bytes));
  for (std::size_t at = 0; at < bytes.data.size();) {
    const auto got = (*reader)(bytes.data.data() + at, bytes.data.size() - at);
    if (!got) return fail(got.error());
    if (*got == 0) return fail(Errc::failed, "{} has become shorter", file.file_name);
    at += *got;
  }
  return bytes;
}

Result<List> files_of(const Message& message) {
  List files;
  for (const Attachment& file : message.attachments) {
    auto bytes = bytes_of(file);
    if (!bytes) return fail(bytes.error());
    files.emplace_back(Map{{"name", file.file_name},
                           {"content", *std::move(bytes)},
                           {"inline", !file.content_id.empty()}});
  }
  return files;
}

}  // namespace

Result<Message> message_of(const MailWords& words) {
  Message message{.subject = words.subject, .text = words.content};
  if (words.priority < 1 || words.priority > 5) {
    return fail(Errc::invalid_argument, "priority takes 1 (urgent) to 5, not {}", words.priority);
  }
  message.priority = static_cast<int>(words.priority);
  if (!words.html.empty()) {
    message.html = words.html;
    if (words.content.empty()) message.text.reset();
  }
  if (auto filled = fill_addresses(words, message); !filled) return fail(filled.error());
  auto files = attachments_in(words.attachments);
  if (!files) return fail(files.error());
  message.attachments = *std::move(files);
  return message;
}

Result<MailWords> mail_words_in(const Map& map) {
  MailWords words;
  FieldReader fields(map, "mail");
  fields("subject", words.subject);
  fields("content", words.content);
  fields("sender", words.sender);
  fields("html", words.html);
  fields("priority", words.priority);
  if (auto read = fields.result(); !read) return fail(read.error());
  for (const auto& [name, into] :
       {std::pair{"to", &words.to}, std::pair{"cc", &words.cc}, std::pair{"bcc", &words.bcc},
        std::pair{"reply_to", &words.reply_to}, std::pair{"attachments", &words.attachments},
        std::pair{"only", &words.only}}) {
    if (const Value* value = map.find(std::string_view(name))) *into = *value;
  }
  return words;
}

Result<Map> map_of(const Message& message) {
  auto files = files_of(message);
  if (!files) return fail(files.error());
  Map words{{"subject", message.subject},
            {"content", message.text.value_or("")},
            {"to", texts_of(message.to)},
            {"sender", texts_of({message.from}).front()},
            {"priority", message.priority},
            {"html", message.html.value_or("")},
            {"cc", texts_of(message.cc)},
            {"bcc", texts_of(message.bcc)},
            {"reply_to", texts_of(message.reply_to)},
            {"attachments", *std::move(files)}};
  List only;
  for (const std::string& each : message.only) only.emplace_back(each);
  if (!only.empty()) words.set("only", std::move(only));
  return words;
}

}  // namespace mega
