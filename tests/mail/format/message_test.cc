// Messages as Python's email package reads them.
#include "mail/format/message.h"

#include "base/text.h"
#include "mail/format/mail_stream.h"
#include "tests/support/mail_oracle.h"
#include "tests/support/scratch.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

constexpr Time then{1406787187};

Message message_of(std::string subject, std::optional<std::string> text) {
  return {.from = {"", "mega@db1.example"},
          .to = {{"", "dba@example.org"}},
          .subject = std::move(subject),
          .text = std::move(text),
          .date = then,
          .token = "mega.0123456789abcdef"};
}

std::string bytes_of(const Message& message) {
  const auto composed = compose(message);
  EXPECT_TRUE(composed.has_value()) << composed.error().message;
  ComposedSource source(*composed);
  const auto bytes = whole_message(source);
  EXPECT_EQ(static_cast<std::int64_t>(bytes->size()), composed->bytes);
  source.rewind();
  EXPECT_EQ(whole_message(source).value(), *bytes);
  return *bytes;
}

TEST(MailMessage, PythonReadsBackWhatWasSaid) {
  const struct {
    const char* name;
    std::string subject, text;
  } cases[] = {
      {"plain", "backup done", "all well\n"},
      {"Chinese", "数据库 db1 备份失败：磁盘空间不足，请尽快处理并重新运行备份任务",
       "备份失败\n第二行\n"},
      {"emoji", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀", "done 🎉\n"},
      {"a word of 1,000 characters", std::string(1000, 'w'), std::string(1000, 'w') + "\n"},
      {"no subject, no text", "", ""},
      {"leading dots", "...", ".\n..\n.a\n\n.\n"},
      {"From at the start", "From me", "From me\nand\nFrom you\n"},
      {"blanks and tabs", "a\tb", "  x  \n\t\n \n"},
      {"equals signs", "=?UTF-8?Q?no?=", "=3D = =\n"},
      {"much German", "Größenänderung", std::string(200, 'x') + " Übergröße äöü\n"},
      {"a NUL and other control characters", "a b", std::string("a\0b\x1b[31m\n", 9)},
      {"all of Latin-1's place in UTF-8", "é", "\u00e9\u00ff\u00a0\u0080\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Map found = read_by_python(bytes_of(message_of(c.subject, c.text)));
    const std::string subject = c.subject == "a\tb" ? "a b" : c.subject;
    EXPECT_EQ(text_of(found, "subject"), subject);
    EXPECT_EQ(text_of(part(found, 0), "text"), c.text);
    EXPECT_EQ(json_of(found, "ascii"), "true");
    EXPECT_EQ(json_of(found, "date"), "1406787187.0");
    EXPECT_LE(*at(found, "longest")->as<std::int64_t>(), 76);
  }
}

TEST(MailMessage, PythonReadsBackAddresses) {
  Message message = message_of("x", "y\n");
  message.from = {"数据库管理员", "mega@db1.example"};
  message.to = {{"Lovelace, \"Ada\"", "ada@x.org"}, {"", "b@x.org"}};
  for (int i = 0; i < 50; ++i) {
    message.cc.push_back({fmt::format("Person Nº {}", i), fmt::format("p{}@x.org", i)});
  }
  message.reply_to = {{"", "noreply@x.org"}};
  message.bcc = {{"", "secret@x.org"}};
  const std::string bytes = bytes_of(message);
  EXPECT_EQ(bytes.find("secret"), std::string::npos);
  EXPECT_EQ(recipients_of(message).size(), 53U);
  const Map found = read_by_python(bytes);
  EXPECT_EQ(json_of(found, "from"), "[[\"数据库管理员\",\"mega@db1.example\"]]");
  EXPECT_EQ(json_of(found, "to"), R"([["Lovelace, \"Ada\"","ada@x.org"],["","b@x.org"]])");
  EXPECT_EQ(json_of(found, "reply_to"), R"([["","noreply@x.org"]])");
  EXPECT_EQ(at(found, "cc")->as<List>()->size(), 50U);
  EXPECT_NE(json_of(found, "cc").find("[\"Person Nº 49\",\"p49@x.org\"]"), std::string::npos);
}

TEST(MailMessage, PartsFormTheTreeThatMailProgramsExpect) {
  Message message = message_of("report", "see the picture\n");
  message.html = "<img src=\"cid:graph.png\">\n";
  const std::string bytes("\x89PNG\r\n\x1a\n\0\xff", 10);
  Attachment image = attachment_of("graph.png", bytes);
  image.content_id = "graph.png";
  message.attachments = {attachment_of("größe 报告.pdf", bytes), image,
                         attachment_of(std::string(200, 'n') + ".txt", ""),
                         attachment_of("big.bin", std::string(100'000, '\0'))};
  const Map found = read_by_python(bytes_of(message));
  EXPECT_EQ(
      json_of(found, "tree"),
      R"(["multipart/mixed","multipart/alternative","text/plain","multipart/related",)"
      R"("text/html","image/png","application/pdf","text/plain","application/octet-stream"])");
  EXPECT_EQ(text_of(part(found, 0), "text"), *message.text);
  EXPECT_EQ(text_of(part(found, 1), "text"), *message.html);
  EXPECT_EQ(text_of(part(found, 2), "id"), "<graph.png>");
  EXPECT_EQ(text_of(part(found, 2), "disposition"), "inline");
  EXPECT_EQ(text_of(part(found, 3), "file"), "größe 报告.pdf");
  EXPECT_EQ(text_of(part(found, 3), "bytes"), encode_base64(bytes));
  EXPECT_EQ(text_of(part(found, 4), "file"), std::string(200, 'n') + ".txt");
  EXPECT_EQ(text_of(part(found, 5), "bytes"), encode_base64(std::string(100'000, '\0')));
}

TEST(MailMessage, AnImageWithoutHtmlIsAnAttachment) {
  Message message = message_of("x", "y\n");
  Attachment image = attachment_of("a.png", "x");
  image.content_id = "a.png";
  message.attachments = {image};
  const Map found = read_by_python(bytes_of(message));
  EXPECT_EQ(json_of(found, "tree"), R"(["multipart/mixed","text/plain","image/png"])");
}

TEST(MailMessage, PriorityIsWrittenUnlessNormal) {
  Message message = message_of("x", "y\n");
  EXPECT_EQ(bytes_of(message).find("X-Priority"), std::string::npos);
  message.priority = 1;
  EXPECT_NE(bytes_of(message).find("X-Priority: 1 (Highest)\r\nImportance: high\r\n"),
            std::string::npos);
}

TEST(MailMessage, RefusesOneForNobodyAndStrangePriorities) {
  Message message = message_of("x", "y");
  message.priority = 6;
  EXPECT_EQ(compose(message).error().message, "the priority is 1 (urgent) to 5, not 6");
  message.to.clear();
  EXPECT_EQ(compose(message).error().code, Errc::invalid_argument);
}

TEST(MailMessage, NobodyGetsItTwice) {
  Message message = message_of("x", "y");
  message.to = {{"", "a@X.org"}, {"", "A@x.org"}};
  message.cc = {{"", "a@x.ORG"}};
  EXPECT_EQ(recipients_of(message), (std::vector<std::string>{"a@X.org", "A@x.org"}));
}

TEST(MailMessage, AFileThatShrinksBreaksTheMessage) {
  Message message = message_of("x", "y");
  message.attachments = {attachment_of("short.txt", "abc")};
  message.attachments[0].bytes = 5;
  const auto composed = compose(message);
  ComposedSource source(*composed);
  EXPECT_EQ(whole_message(source).error().message,
            "short.txt has become shorter while it was sent");
}

}  // namespace
}  // namespace mega
