#include "mail/format/message_map.h"

#include "value/json.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;

std::string content_of(const Attachment& file) {
  std::string content(static_cast<std::size_t>(file.bytes), '\0');
  const auto reader = file.open();
  EXPECT_EQ((*reader)(content.data(), content.size()).value(), content.size());
  return content;
}

TEST(MessageMap, IsReadBackAsTheMessageThatWasWritten) {
  Message message{.from = {"the \"DBA\", on duty", "dba@example.org"},
                  .to = {{"", "a@example.org"}, {"\u4e2d\u6587", "b@example.org"}},
                  .cc = {{"back\\slash", "c@example.org"}},
                  .bcc = {{"", "d@example.org"}},
                  .reply_to = {{"", "e@example.org"}},
                  .only = {"a@example.org"},
                  .subject = "disk full",
                  .text = "/data\n",
                  .html = "<p>/data</p>",
                  .attachments = {attachment_of("a.bin", std::string("\0\xd6\xd0", 3))},
                  .priority = 1};
  Attachment image = attachment_of("pie.png", "png");
  image.content_id = "pie.png";
  message.attachments.push_back(std::move(image));

  const auto map = map_of(message);
  ASSERT_TRUE(map);
  // As it travels: through JSON.
  const auto travelled = parse_json(to_json(Value(*map)));
  const auto words = mail_words_in(*travelled->as<Map>());
  ASSERT_TRUE(words) << words.error().message;
  const auto read = message_of(*words);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(Value(map_of(*read).value())), to_json(Value(*map)));
  EXPECT_EQ(read->from.name, message.from.name);
  EXPECT_EQ(read->to[1].name, "\u4e2d\u6587");
  EXPECT_EQ(read->cc[0].name, "back\\slash");
  EXPECT_EQ(read->only, message.only);
  EXPECT_EQ(read->html, message.html);
  EXPECT_EQ(read->priority, 1);
  ASSERT_EQ(read->attachments.size(), 2u);
  EXPECT_EQ(content_of(read->attachments[0]), std::string("\0\xd6\xd0", 3));
  EXPECT_EQ(read->attachments[1].content_id, "pie.png");
}

TEST(MessageMap, RefusesWhatIsNoMail) {
  const struct {
    const char *name, *json, *said;
  } rows[] = {
      {"subject", R"({"subject": 5})", "subject"},
      {"recipient", R"({"to": 5})", "to takes addresses"},
      {"recipient in a list", R"({"to": ["a@x.org", 5]})", "to takes addresses"},
      {"address", R"({"cc": "no address"})", "cc: "},
      {"sender", R"({"sender": "x"})", "sender: "},
      {"priority", R"({"priority": 9})", "priority takes 1"},
      {"attachments", R"({"attachments": "a"})", "attachments takes a list"},
      {"attachment", R"({"attachments": ["a"]})", "attachments takes maps"},
      {"nameless", R"({"attachments": [{"content": "x"}]})", "has no name"},
      {"empty", R"({"attachments": [{"name": "x"}]})", "x has no content"},
      {"inline", R"({"attachments": [{"name": "a b", "content": "x", "inline": true}]})",
       "an inline image has a name"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto words = mail_words_in(*parse_json(row.json)->as<Map>());
    const auto message = words ? message_of(*words) : Result<Message>(fail(words.error()));
    ASSERT_FALSE(message);
    EXPECT_EQ(message.error().code, Errc::invalid_argument);
    EXPECT_THAT(message.error().message, HasSubstr(row.said));
  }
}

}  // namespace
}  // namespace mega
