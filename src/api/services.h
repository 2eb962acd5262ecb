// Services: the parts of a server that functions use, found by their type.
//
//   const Service<Inventory> inventory{"inventory"};      in a file that needs the inventory
//   services.add(inventory_store);                        in server.cc
//   services[inventory].server(ip)                        the file's use of it
#pragma once

#include <cassert>
#include <string_view>
#include <utility>
#include <vector>

namespace mega {

// Declares that a function needs the type T. `name` is for messages about a missing service.
template <class T>
struct Service {
  std::string_view name;
};

// Filled before the first call, then read by all threads. Does not own the services.
class Services {
 public:
  // `part` must outlive this object. It is found by exactly the type T; adding a second part of a
  // type replaces the first.
  template <class T>
  void add(T& part) {
    std::erase_if(parts_, [](const auto& each) { return each.first == &key<T>; });
    parts_.emplace_back(&key<T>, const_cast<void*>(static_cast<const void*>(&part)));
  }

  // nullptr: this server does not have it, as in some tests.
  template <class T>
  T* find(const Service<T>&) const {
    for (const auto& [type, part] : parts_) {
      if (type == &key<T>) return static_cast<T*>(part);
    }
    return nullptr;
  }

  // Requires: the service was added.
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
