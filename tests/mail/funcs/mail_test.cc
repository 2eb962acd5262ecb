// send_mail and what looks after the queue.
#include "mail/agent/mail_carrier.h"
#include "mail/server/outbox.h"
#include "mail/store/mail_store.h"
#include "tests/support/api_fixture.h"

namespace mega {
namespace {

class MailFunctions : public ApiTest {
 protected:
  MailFunctions() : outbox(mail_store, clock, {.sender = {"", "mega@db1"}}, nullptr) {
    api.services.add(mail_store);
    api.services.add<const Outbox>(outbox);
  }

  std::string text_of_mail(std::int64_t id) const { return mail_store.mail_part(id, 0).value(); }

  MailStore mail_store{*store->database};
  const Outbox outbox;
};

TEST_F(MailFunctions, SendMailTakesWhatTheSendmailOf2014Took) {
  EXPECT_EQ(value("send_mail", "'disk full','db1: /data',['a@x.org','B <b@x.org>'],'c@x.org',1"),
            Value(1));
  const auto mail = mail_store.due_mail(10).value().value();
  EXPECT_EQ(mail.sender, "c@x.org");
  EXPECT_EQ(mail.recipients, (std::vector<std::string>{"a@x.org", "b@x.org"}));
  const std::string text = text_of_mail(1);
  EXPECT_NE(text.find("\r\nTo: a@x.org, B <b@x.org>\r\nSubject: disk full\r\nX-Priority: 1 "),
            std::string::npos)
      << text;
  EXPECT_TRUE(text.ends_with("\r\n\r\ndb1: /data\r\n")) << text;
}

TEST_F(MailFunctions, SendMailGoesOnlyToThoseWhoHaveNotGotItYet) {
  value("send_mail",
        "subject='s',content='c',to='a@x.org,B <b@X.org>',cc='c@x.org',"
        "only=['b@x.org','z@x.org']");
  EXPECT_EQ(mail_store.due_mail(10).value().value().recipients,
            std::vector<std::string>{"b@X.org"});
  EXPECT_NE(text_of_mail(1).find("\r\nTo: a@x.org, B <b@X.org>\r\nCc: c@x.org\r\n"),
            std::string::npos);
  EXPECT_EQ(error("send_mail", "subject='s',content='c',to='a@x.org',only='z@x.org'").code,
            Errc::invalid_argument)
      << "whom it does not name gets nothing";
}

TEST_F(MailFunctions, SendMailTakesAttachments) {
  value("send_mail",
        "subject='s',content='',to='a@x.org, b@x.org',html='<p>x</p>',cc=('c@x.org',),"
        "attachments=[{'name':'a.png','content':b'\\x89PNG','inline':True},"
        "{'name':'b.txt','content':'text'}]");
  const std::string text = text_of_mail(1);
  for (const char* part : {"multipart/mixed", "multipart/related", "Content-ID: <a.png>",
                           "filename=\"b.txt\"", "dGV4dA==", "iVBORw=="}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  EXPECT_EQ(text.find("text/plain"), text.rfind("text/plain")) << "an empty text is no part";
}

TEST_F(MailFunctions, SendMailSaysWhatIsWrong) {
  const struct {
    const char* arguments;
    const char* says;
  } cases[] = {
      {"subject='s',content='c',to='a@x..org'", "to: \"a@x..org\" is no address"},
      {"subject='s',content='c',to=[]", "for nobody"},
      {"subject='s',content='c',to=7", "to takes addresses"},
      {"subject='s',content='c',to=[['a@x.org']]", "to takes addresses"},
      {"subject='s',content='c',to='a@x.org',sender='me'", "sender: \"me\" is no address"},
      {"subject='s',content='c',to='a@x.org',priority=0", "priority takes 1"},
      {"subject='s',content='c',to='a@x.org',attachments='x'", "attachments takes a list"},
      {"subject='s',content='c',to='a@x.org',attachments=['x']", "attachments takes maps"},
      {"subject='s',content='c',to='a@x.org',attachments=[{'content':'x'}]", "one has no name"},
      {"subject='s',content='c',to='a@x.org',attachments=[{'name':'x'}]", "x has no content"},
  };
  for (const auto& c : cases) {
    const Error wrong = error("send_mail", c.arguments);
    EXPECT_EQ(wrong.code, Errc::invalid_argument) << c.arguments;
    EXPECT_NE(wrong.message.find(c.says), std::string::npos) << wrong.message;
  }
  EXPECT_EQ(row_count(value("get_all_mail")), 0U) << "nothing is left behind";
}

TEST_F(MailFunctions, OperatorsSendAndReadersSeeTheQueue) {
  const auto send = [&](const Caller& caller) {
    return outcome(caller, "send_mail", "subject='s',content='c',to='a@x.org'").result;
  };
  EXPECT_TRUE(send(operator_caller()).has_value());
  EXPECT_EQ(send(reader_caller()).error().code, Errc::not_allowed);
  EXPECT_EQ(send(agent_caller()).error().code, Errc::not_allowed);
  EXPECT_TRUE(outcome(reader_caller(), "get_all_mail").result.has_value());
  EXPECT_EQ(outcome(reader_caller(), "drop_mail", "id=1").result.error().code, Errc::not_allowed);
}

TEST_F(MailFunctions, TheQueueIsListedAndDecidedAbout) {
  value("send_mail", "subject='one',content='c',to='a@x.org'");
  value("send_mail", "subject='two',content='c',to='a@x.org'");
  const Value listed = value("get_all_mail", "stat=1");
  EXPECT_EQ(row_count(listed), 2U);
  EXPECT_EQ(cell(listed, "subject"), Value("two"));
  EXPECT_EQ(value("drop_mail", "id=2"), Value(0));
  EXPECT_EQ(row_count(value("get_all_mail", "stat=1")), 1U);
  EXPECT_EQ(cell(value("get_all_mail", "stat=2"), "state"), Value("dropped"));
  EXPECT_EQ(error("retry_mail", "id=2").code, Errc::refused);
  EXPECT_EQ(error("retry_mail", "id=9").code, Errc::not_found);
  const auto audited = store->audit.audit(1).value();
  EXPECT_NE(cell(Value(audited), "after"), Value("")) << "who dropped it is in the audit";
}

TEST_F(MailFunctions, WithoutAnOutboxTheyAreUnavailable) {
  api.services = {};
  EXPECT_EQ(error("send_mail", "subject='s',content='c',to='a@x.org'").code, Errc::unavailable);
  EXPECT_EQ(error("report_routine").code, Errc::unavailable);
}

// What a host's daemon hands over.
Value handed(const std::string& id, const std::string& to = "a@x.org") {
  return Value(Map{{"mail", Map{{"id", id},
                                {"date", 1406787187},
                                {"subject", "disk full"},
                                {"content", "db1: /data"},
                                {"to", List{to}}}}});
}

TEST_F(MailFunctions, TakeMailTakesARepeatOnce) {
  const auto take = [&](const Value& args) {
    return dispatch(api, agent_caller(), {.id = 1, .function = "take_mail", .args = args}).result;
  };
  ASSERT_TRUE(take(handed("mega.01")).has_value());
  ASSERT_TRUE(take(handed("mega.01")).has_value());
  ASSERT_TRUE(take(handed("mega.02")).has_value());
  EXPECT_EQ(mail_store.mails(State::all, 0)->size(), 2U);
  const std::string text = text_of_mail(1);
  EXPECT_NE(text.find("\r\nMessage-ID: <mega.01@db1>\r\n"), std::string::npos) << text;
  EXPECT_NE(text.find(" Jul 2014 "), std::string::npos) << "when it was left on the host";
  const auto audit = store->audit.audit(AuditFilter{.result = "done"}).value();
  EXPECT_EQ(audit.size(), 2U);
}

// smtp.keep is when mail is forgotten; a daemon may not have heard of it for longer.
TEST_F(MailFunctions, TakeMailKnowsARepeatForAsLongAsADaemonMayMakeOne) {
  using std::chrono::seconds;
  EXPECT_GE(handed_mail_memory, 2 * mail_wait_max) << "clocks differ";
  const auto take = [&](const std::string& id) {
    return dispatch(api, agent_caller(), {.id = 1, .function = "take_mail", .args = handed(id)})
        .result;
  };
  const auto kept = [&] { return mail_store.mails(State::all, 0)->size(); };
  ASSERT_TRUE(take("mega.01").has_value());
  ASSERT_TRUE(mail_store.settle_mail(1, {{"a@x.org", "accepted", "250 taken"}}, {}).has_value());
  clock.advance(handed_mail_memory - seconds(1));
  ASSERT_TRUE(mail_store.forget_mail({clock.now().seconds - 1}));
  ASSERT_EQ(kept(), 0U);
  EXPECT_TRUE(take("mega.01").has_value()) << "the daemon is told that it is there";
  EXPECT_EQ(kept(), 0U);
  clock.advance(seconds(2));
  ASSERT_TRUE(mail_store.forget_mail({clock.now().seconds - 1}));
  EXPECT_TRUE(take("mega.01").has_value());
  EXPECT_EQ(kept(), 1U) << "nothing is remembered for ever";
}

TEST_F(MailFunctions, TakeMailIsForDaemonsAndWithinARate) {
  EXPECT_EQ(dispatch(api, operator_caller(),
                     {.id = 1, .function = "take_mail", .args = handed("mega.01")})
                .result.error()
                .code,
            Errc::not_allowed);
  const Outbox few(mail_store, clock, {.sender = {"", "mega@db1"}, .host_rate = 2}, nullptr);
  api.services.add<const Outbox>(few);
  const auto take = [&](const std::string& id, const std::string& name) {
    Caller caller = agent_caller();
    caller.name = name;
    return dispatch(api, caller, {.id = 1, .function = "take_mail", .args = handed(id)}).result;
  };
  EXPECT_TRUE(take("a", "db1").has_value());
  EXPECT_TRUE(take("b", "db1").has_value());
  EXPECT_EQ(take("c", "db1").error().code, Errc::unavailable);
  EXPECT_TRUE(take("c", "db2").has_value()) << "another host";
  clock.advance(std::chrono::seconds(3601));
  EXPECT_TRUE(take("c", "db1").has_value());
}

TEST_F(MailFunctions, TakeMailSaysWhatIsWrong) {
  const auto words_for = [&](const Value& args) {
    return dispatch(api, agent_caller(), {.id = 1, .function = "take_mail", .args = args})
        .result.error()
        .message;
  };
  EXPECT_NE(words_for(handed("")).find("no id"), std::string::npos);
  EXPECT_NE(words_for(handed("a b\r\nBcc: c")).find("no id"), std::string::npos);
  EXPECT_NE(words_for(handed("x", "nobody")).find("is no address"), std::string::npos);
  EXPECT_NE(words_for(Value(Map{{"mail", "text"}})).find("takes a map"), std::string::npos);
  EXPECT_EQ(mail_store.mails(State::all, 0)->size(), 0U);
}

}  // namespace
}  // namespace mega
