// Services: the parts of a server that functions use, found by their type.
//
//   const Service<Inventory> inventory{"inventory"};      what a file asks for
//   services.add(inventory_store);                        what server.cc hands out
//   services[inventory].server(ip)                        what the file then calls
#pragma once

#include <cassert>
#include <string_view>
#include <utility>
#include <vector>

namespace mega {

// The type T as something that a function needs. `name` is for people: what is missing.
template <class T>
struct Service {
  std::string_view name;
};

// Filled before the first call, read by all threads from then on. Owns nothing.
class Services {
 public:
  // `part` outlives this, and is found by exactly the type T; a second one of a type takes the place
  // of the first.
  template <class T>
  void add(T& part) {
    std::erase_if(parts_, [](const auto& each) { return each.first == &key<T>; });
    parts_.emplace_back(&key<T>, const_cast<void*>(static_cast<const void*>(&part)));
  }

  // nullptr: this server has none, as one of a test has.
  template <class T>
  T* find(const Service<T>&) const {
    for (const auto& [type, part] : parts_) {
      if (type == &key<T>) return static_cast<T*>(part);
    }
    return nullptr;
  }

  // Requires: it was added.
  template <class T>
  T& operator[](const Service<T>& service) const {
    T* const part = find(service);
    assert(part);
    return *part;
  }

 private:
  template <class T>
  static inline char key = 0;

  std::vector<std::pair<const void*, void*>> parts_;
};

}  // namespace mega
