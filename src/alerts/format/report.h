// Reports as mail, in text and in HTML that mail programs show well (tables and inline styles,
// nothing external); pure.
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

// Escapes <, >, & and double quotes for HTML; line ends become <br>.
std::string as_html(const std::string& text);

}  // namespace mega
