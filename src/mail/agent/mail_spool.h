// MailSpool: the folder of mail that waits on this host until a server takes it, one file per mail.
//
//   DATA/mail/000012   line 1: the fields for listing, as JSON
//                      line 2: the mail as JSON, as take_mail of the server takes it
//
// A crash leaves a complete file or none. The texts are not held in memory.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "value/value.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mega {

struct MailSpoolLimits {
  std::size_t mails_max = 10'000;
  std::int64_t bytes_max = 1LL << 30;
};

struct KeptMail {
  std::int64_t number = 0;
  std::string id;  // the server detects repeats by it
  Time added;
  std::string recipient, subject;  // `recipient`: the first one
  std::int64_t recipients = 0;
  std::int64_t bytes = 0;  // size of the file
};

// Thread-safe. All methods except list() block on the disk.
class MailSpool {
 public:
  // Creates the folder if it is missing. A damaged file is logged and left in place.
  // Errors: failed, not_allowed.
  static Result<std::unique_ptr<MailSpool>> open(const std::string& folder,
                                                 const MailSpoolLimits& limits = {});

  // Adds a mail, the argument of the server's take_mail; it is on disk on return. If the spool has
  // a mail with the same id, returns that one. Errors: invalid_argument without an id; failed when
  // the spool is full or the file cannot be written.
  Result<KeptMail> add(const Map& mail, Time now);

  // Errors: not_found, failed, corrupt.
  Result<Map> read(std::int64_t number) const;

  // Errors: not_found, failed.
  Result<void> remove(std::int64_t number);

  // In order of arrival.
  std::vector<KeptMail> list() const;

 private:
  MailSpool(std::string folder, const MailSpoolLimits& limits)
      : folder_(std::move(folder)), limits_(limits) {}

  Result<void> load();
  void load_file(const std::string& name);
  Result<KeptMail> reserve(KeptMail mail);
  std::string path_of(std::int64_t number) const;

  const std::string folder_;
  const MailSpoolLimits limits_;
  std::mutex adding_;         // serialises add(), so that no id is written twice
  mutable std::mutex mutex_;  // guards the following members
  std::map<std::int64_t, KeptMail> mails_;
  std::int64_t last_ = 0, bytes_ = 0;
};

}  // namespace mega
