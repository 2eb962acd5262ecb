// Mail that waits on this host until a server has taken it: a folder, one file for each.
//
//   DATA/mail/000012   a line of JSON with what a list tells, then the mail as the server is told
//
// A crash leaves a whole file or none. The texts are not held in memory.
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
  std::string id;  // by which the server knows a repeat
  Time added;
  std::string recipient, subject;  // the first recipient
  std::int64_t recipients = 0;
  std::int64_t bytes = 0;  // of the file
};

// Thread-safe; all but list() wait for the disk.
class MailSpool {
 public:
  // Makes the folder when it is missing. A file that is damaged is logged and left where it is.
  // Errors: failed, not_allowed.
  static Result<std::unique_ptr<MailSpool>> open(const std::string& folder,
                                                 const MailSpoolLimits& limits = {});

  // On disk when it returns; a mail whose id is known is that one. `mail` is what take_mail of the
  // server takes. Errors: invalid_argument when it has no id; failed when the spool is full, or
  // the disk.
  Result<KeptMail> add(const Map& mail, Time now);

  // Errors: not_found, failed, corrupt.
  Result<Map> read(std::int64_t number) const;

  // Errors: not_found, failed.
  Result<void> remove(std::int64_t number);

  // In the order in which they came.
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
  std::mutex adding_;         // one at a time writes, so that the same is not written twice
  mutable std::mutex mutex_;  // of what follows
  std::map<std::int64_t, KeptMail> mails_;
  std::int64_t last_ = 0, bytes_ = 0;
};

}  // namespace mega
