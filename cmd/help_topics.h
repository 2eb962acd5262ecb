// Pages of `mega help` that are about no command.
#pragma once

#include <span>
#include <string_view>

namespace mega {

struct HelpTopic {
  std::string_view name;
  std::string_view summary;
  std::string_view page;
};

std::span<const HelpTopic> help_topics();

// nullptr: unknown name.
const HelpTopic* find_help_topic(std::string_view name);

}  // namespace mega
