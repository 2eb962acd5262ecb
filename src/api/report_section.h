// Sections of the daily report, provided by modules.
#pragma once

#include "api/services.h"
#include "base/clock.h"
#include "base/registered.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct ReportItem {
  std::string text;
  std::string command;  // shows details; may be empty
};

struct ReportSection {
  std::string title;
  std::vector<ReportItem> items;
  std::int64_t more = 0;  // number of items not listed
};

// Adds the item, or only counts it when the section is full.
void add(ReportSection& section, ReportItem item);

// One line of at most 200 bytes, truncated between characters.
std::string short_line(const std::string& text);

// From the same time of the day before, until now.
struct ReportPeriod {
  Time since, now;
};

// The text as one word of a shell's command line: in quotes unless it is plain. For
// ReportItem::command.
std::string shell_word(const std::string& text);

// "--since '2014-07-31 14:13:07'": for ReportItem::command.
std::string since_flag(const ReportPeriod& period);

struct ReportPart {
  std::string_view name;
  int rank = 0;  // parts of a lower rank come first
  // A section without items is left out. Errors: those of the store.
  Result<ReportSection> (*gather)(const Services& services, const ReportPeriod& period) = nullptr;
};

// A line above all sections.
struct ReportIntro {
  std::string_view name;
  Result<std::string> (*line)(const Services& services) = nullptr;
};

}  // namespace mega
