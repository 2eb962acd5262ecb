// Notices: what modules tell people of their own accord. The module alerts sends them as mail;
// without it they are lost.
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
  std::string kind;   // "mail_failed": settings and rates go by it; [a-z0-9_]
  std::string topic;  // what it is about: a host, a task
  NoticeLevel level = NoticeLevel::warning;
  std::string subject;
  std::string text;
  std::string command;  // that looks closer; may be empty
  std::string once;     // not empty: never told again, whatever restarts
};

// Thread-safe.
class Notices {
 public:
  virtual ~Notices() = default;
  virtual void raise(const Notice& notice) const = 0;
};

// Keeps watches from telling the same again at each look. Used by one thread.
class ToldOnce {
 public:
  explicit ToldOnce(const Notices& notices) : notices_(notices) {}

  bool has(const std::string& once) const { return told_.contains(once); }
  // Requires: notice.once is not empty.
  void tell(const Notice& notice);

 private:
  const Notices& notices_;
  std::set<std::string> told_;  // by Notice::once; what is not in it is asked of the store
};

// Looks for what went wrong without a call that failed.
class Watch {
 public:
  virtual ~Watch() = default;
  // What has happened since the last look, and at the first one within the last hour.
  // Errors: those of the store.
  virtual Result<void> look(ToldOnce& told) = 0;
};

// A module registers how its watch begins. The services outlive it.
struct Watcher {
  std::string_view name;
  std::unique_ptr<Watch> (*begin)(const Services& services, const Clock& clock,
                                  const Settings& settings) = nullptr;
};

}  // namespace mega
