// The users of <pwd.h> in place of libc.a's: the linker finds these first.
#include "libc/users.h"

#include <cerrno>
#include <new>

namespace {

template <class Key>
int answer_into(Key key, passwd* entry, char* buffer, size_t buffer_bytes, passwd** found) try {
  *found = nullptr;
  const auto user = mega::find_user(key);
  if (!user) return 0;
  if (!mega::store_user(*user, *entry, buffer, buffer_bytes)) return ERANGE;
  *found = entry;
  return 0;
} catch (const std::bad_alloc&) {
  return ENOMEM;
}

// The answer is valid until the thread's next call.
template <class Key>
passwd* answer(Key key) {
  static thread_local char buffer[16 << 10];
  static thread_local passwd entry;
  passwd* found = nullptr;
  if (const int error = answer_into(key, &entry, buffer, sizeof buffer, &found)) errno = error;
  return found;
}

}  // namespace

extern "C" {

passwd* getpwnam(const char* name) { return answer(std::string_view(name)); }

passwd* getpwuid(uid_t uid) { return answer(uid); }

int getpwnam_r(const char* name, passwd* entry, char* buffer, size_t buffer_bytes, passwd** found) {
  return answer_into(std::string_view(name), entry, buffer, buffer_bytes, found);
}

int getpwuid_r(uid_t uid, passwd* entry, char* buffer, size_t buffer_bytes, passwd** found) {
  return answer_into(uid, entry, buffer, buffer_bytes, found);
}

}  // extern "C"
