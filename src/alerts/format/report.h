// Reports as mail: the same things as text and as HTML that mail programs show well (tables and
// inline styles, nothing from elsewhere); pure.
#pragma once

#include "api/report_section.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mega {

struct MailReport {
  std::string title;
  std::string intro;  // lines
  std::vector<ReportSection> sections;
};

std::string report_text(const MailReport& report);
std::string report_html(const MailReport& report);

// The text with <, >, & and quotes as HTML has them, and line ends as <br>.
std::string as_html(const std::string& text);

}  // namespace mega
