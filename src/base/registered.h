// Registered<T>: a T that adds itself to the list of all T's before main() runs.
//
// This is how one file becomes one API function or one subcommand: the file defines a
// `const Registered<Function>` (or Command) and nothing else in the tree has to name it.
// The targets holding such files are OBJECT libraries, because a linker drops unreferenced members
// of a static archive and the registration with them.
#pragma once

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace mega {

template <class T>
class Registered {
 public:
  explicit Registered(T item) : item_(std::move(item)), next_(head_) { head_ = this; }
  // Some tests register a T for a short time.
  ~Registered() {
    const Registered** at = &head_;
    while (*at != this) at = &(*at)->next_;
    *at = next_;
  }
  Registered(const Registered&) = delete;

  const T& item() const { return item_; }

  // Every T in the program, sorted by name, so that link order has no effect.
  static std::vector<const T*> all() {
    std::vector<const T*> items;
    for (const Registered* r = head_; r; r = r->next_) items.push_back(&r->item_);
    std::ranges::sort(items, {}, [](const T* item) { return std::string_view(item->name); });
    return items;
  }

  // nullptr: unknown name.
  static const T* find(std::string_view name) {
    for (const Registered* r = head_; r; r = r->next_) {
      if (r->item_.name == name) return &r->item_;
    }
    return nullptr;
  }

 private:
  T item_;
  mutable const Registered* next_;
  static inline constinit const Registered* head_ = nullptr;
};

}  // namespace mega
