// Cable: a virtual network cable (veth) from the test's network to another one, which can be cut.
#pragma once

#include "base/descriptor.h"
#include "tests/support/child.h"

#include <memory>
#include <string>
#include <vector>

namespace mega {

// While it exists, the calling thread and the processes it starts are in a network namespace of
// their own. Needs root.
class Cable {
 public:
  Cable();
  ~Cable();
  Cable(const Cable&) = delete;

  // The error of the set-up; empty: the cable works.
  const std::string& why_not() const { return why_not_; }

  static std::string near_address() { return "198.18.0.1"; }
  static std::string far_address() { return "198.18.0.2"; }
  // The words to put before a command line to run it at the other end.
  std::vector<std::string> far_end() const;

  void cut() { plug("down"); }
  void heal() { plug("up"); }

 private:
  void run(std::vector<std::string> words);
  void plug(const char* state);

  Descriptor before_;  // the thread's former network
  std::unique_ptr<Child> other_;
  std::string why_not_;
};

}  // namespace mega
