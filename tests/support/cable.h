// A network cable between the network of the test and another one, which can be cut.
#pragma once

#include "base/descriptor.h"
#include "tests/support/child.h"

#include <memory>
#include <string>
#include <vector>

namespace mega {

// While it lives, the thread and what it starts are in a network of their own. Needs root.
class Cable {
 public:
  Cable();
  ~Cable();
  Cable(const Cable&) = delete;

  // Why there is none; empty: there is.
  const std::string& why_not() const { return why_not_; }

  static std::string near_address() { return "198.18.0.1"; }
  static std::string far_address() { return "198.18.0.2"; }
  // What to put before a command line that is to run at the other end.
  std::vector<std::string> far_end() const;

  void cut() { plug("down"); }
  void heal() { plug("up"); }

 private:
  void run(std::vector<std::string> words);
  void plug(const char* state);

  Descriptor before_;  // the network that the thread came from
  std::unique_ptr<Child> other_;
  std::string why_not_;
};

}  // namespace mega
