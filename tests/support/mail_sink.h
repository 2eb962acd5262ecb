// MailSink: a third-party mail server (aiosmtpd; mail_sink.py) that stores the mail it accepts.
#pragma once

#include "tests/support/child.h"
#include "tests/support/scratch.h"
#include "value/value.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mega {

class MailSink {
 public:
  struct Mail {
    std::string sender;
    std::vector<std::string> recipients;
    std::string options, user;  // "SIZE=10 BODY=8BITMIME"; the login
    bool tls = false;
    std::string data;  // the message's bytes
  };

  // `flags` of mail_sink.py. With the `file` of another sink, appends to it. `before` goes before
  // the command line, as Cable::far_end(). A failed start fails the test.
  explicit MailSink(const std::vector<std::string>& flags = {}, const std::string& file = "",
                    const std::vector<std::string>& before = {});

  std::uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  Child& child() { return child_; }

  // All mail accepted so far. Waits up to 20 seconds until there are `at_least`.
  std::vector<Mail> mails(std::size_t at_least = 0) const;
  // The number of accepted mails; faster than mails().
  std::size_t count() const;
  const std::string& file() const { return file_; }

 private:
  Scratch scratch_;
  const std::string file_;
  Child child_;
  std::uint16_t port_ = 0;
};

// Makes a self-signed certificate for `name`: FOLDER/cert.pem and FOLDER/key.pem.
void make_mail_certificate(const Scratch& folder, const std::string& name = "localhost");

}  // namespace mega
