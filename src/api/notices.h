// Notices: messages from modules to people. The module alerts sends them as mail; without it they
// are lost.
#pragma once

#include "api/services.h"
#include "base/clock.h"
#include "base/registered.h"
#include "base/result.h"
#include "base/settings.h"

#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace mega {

enum class NoticeLevel { info, warning, critical };

std::string_view name_of(NoticeLevel level);

struct Notice {
  std::string kind;   // "mail_failed": the key for settings and rates; [a-z0-9_]
  std::string topic;  // its subject: a host, a task
  NoticeLevel level = NoticeLevel::warning;
  std::string subject;
  std::string text;
  std::string command;  // shows details; may be empty
  std::string once;     // not empty: a key; never sent twice, even after a restart
};

// Thread-safe.
class Notices {
 public:
  virtual ~Notices() = default;
  virtual void raise(const Notice& notice) const = 0;
};

// Suppresses notices that a watch has raised already. Use on one thread.
class ToldOnce {
 public:
  explicit ToldOnce(const Notices& notices) : notices_(notices) {}

  bool has(const std::string& once) const { return told_.contains(once); }
  // Requires: notice.once is not empty.
  void tell(const Notice& notice);

 private:
  const Notices& notices_;
  std::set<std::string> told_;  // by Notice::once; a cache of the store's record
};

// Finds problems that are not the failure of a call.
class Watch {
 public:
  virtual ~Watch() = default;
  // Raises notices for events since the last look; the first look covers the last hour. Errors:
  // those of the store.
  virtual Result<void> look(ToldOnce& told) = 0;
};

// Registered by a module to create its watch. The services outlive the watch.
struct Watcher {
  std::string_view name;
  std::unique_ptr<Watch> (*begin)(const Services& services, const Clock& clock,
                                  const Settings& settings) = nullptr;
};

}  // namespace mega
