#include "mail/format/smtp_login.h"

#include "base/text.h"
#include "mail/format/scram.h"

#include <algorithm>

namespace mega {
namespace {

class PlainLogin : public SmtpLogin {
 public:
  explicit PlainLogin(SmtpUser user) : user_(std::move(user)) {}
  std::string_view name() const override { return "PLAIN"; }
  std::optional<std::string> first() override {
    return std::string("\0", 1) + user_.name + std::string("\0", 1) + user_.password;
  }
  Result<std::string> answer(std::string_view) override { return *first(); }

 private:
  const SmtpUser user_;
};

// The relay asks for the name, then for the password. The wording of its prompts is not
// standardised, so only their order counts.
class LoginLogin : public SmtpLogin {
 public:
  explicit LoginLogin(SmtpUser user) : user_(std::move(user)) {}
  std::string_view name() const override { return "LOGIN"; }
  std::optional<std::string> first() override { return std::nullopt; }
  Result<std::string> answer(std::string_view) override {
    switch (asked_++) {
      case 0:
        return user_.name;
      case 1:
        return user_.password;
      default:
        return fail(Errc::corrupt, "the relay asks for more than a name and a password");
    }
  }

 private:
  const SmtpUser user_;
  int asked_ = 0;
};

class OauthLogin : public SmtpLogin {
 public:
  explicit OauthLogin(SmtpUser user) : user_(std::move(user)) {}
  std::string_view name() const override { return "XOAUTH2"; }
  std::optional<std::string> first() override {
    return fmt::format("user={}\001auth=Bearer {}\001\001", user_.name, user_.password);
  }
  // A challenge holds the reason why the token is refused; the relay refuses after
  // the empty response.
  Result<std::string> answer(std::string_view) override { return std::string(); }

 private:
  const SmtpUser user_;
};

class ScramLogin : public SmtpLogin {
 public:
  ScramLogin(SmtpUser user, std::string_view nonce)
      : scram_(std::move(user.name), std::move(user.password), nonce) {}
  std::string_view name() const override { return "SCRAM-SHA-256"; }
  std::optional<std::string> first() override { return scram_.first(); }
  Result<std::string> answer(std::string_view challenge) override {
    if (!answered_) {
      answered_ = true;
      return scram_.answer(challenge);
    }
    if (auto good = scram_.verify(challenge); !good) return fail(good.error());
    verified_ = true;
    return std::string();
  }
  Result<void> finish() override {
    if (verified_) return {};
    return fail(Errc::not_allowed, "the relay lets us in without the proof that it knows us");
  }

 private:
  Scram scram_;
  bool answered_ = false, verified_ = false;
};

struct Method {
  std::string_view setting, name;
  bool secret;  // needs a private connection
};

// Best first; XOAUTH2 last and not for "auto", because a password is seldom a token.
constexpr Method methods[] = {{"scram-sha-256", "SCRAM-SHA-256", false},
                              {"plain", "PLAIN", true},
                              {"login", "LOGIN", true},
                              {"xoauth2", "XOAUTH2", true}};

std::unique_ptr<SmtpLogin> make(std::string_view name, const SmtpUser& user,
                                std::string_view nonce) {
  if (name == "PLAIN") return std::make_unique<PlainLogin>(user);
  if (name == "LOGIN") return std::make_unique<LoginLogin>(user);
  if (name == "XOAUTH2") return std::make_unique<OauthLogin>(user);
  return std::make_unique<ScramLogin>(user, nonce);
}

std::string listed(const std::vector<std::string>& offered) {
  if (offered.empty()) return "no login at all";
  std::string all = offered.front();
  for (std::size_t i = 1; i < offered.size(); ++i) all += ", " + one_line(offered[i]);
  return all;
}

}  // namespace

Result<std::unique_ptr<SmtpLogin>> choose_login(std::string_view method,
                                                const std::vector<std::string>& offered,
                                                bool secret_way, const SmtpUser& user,
                                                std::string_view nonce) {
  bool in_the_clear = false;
  for (const Method& each : methods) {
    const bool wanted = method == each.setting || (method == "auto" && each.name != "XOAUTH2");
    if (!wanted || std::ranges::find(offered, each.name) == offered.end()) continue;
    if (!each.secret || secret_way) return make(each.name, user, nonce);
    in_the_clear = true;
  }
  if (in_the_clear) {
    return fail(Errc::not_allowed,
                "the password would travel in the clear: set smtp.tls to starttls or implicit");
  }
  return fail(Errc::not_allowed, "the relay offers {}; wanted is {}", listed(offered),
              method == "auto" ? "SCRAM-SHA-256, PLAIN or LOGIN" : method);
}

}  // namespace mega
