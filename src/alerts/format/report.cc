#include "alerts/format/report.h"

#include "base/text.h"

#include <fmt/core.h>

namespace mega {
namespace {

constexpr const char* body_style =
    "margin:0;padding:16px;font-family:Helvetica,Arial,sans-serif;font-size:14px;color:#222222";
constexpr const char* title_style = "font-size:18px;margin:0 0 8px 0";
constexpr const char* section_style = "font-size:15px;margin:20px 0 6px 0;color:#0b5394";
constexpr const char* cell_style =
    "padding:4px 12px 4px 0;vertical-align:top;"
    "border-top:1px solid #dddddd";
constexpr const char* command_style =
    "font-family:Consolas,Menlo,monospace;font-size:13px;"
    "color:#555555";

// "12 more"; empty for 0.
std::string more_line(std::int64_t more) { return more > 0 ? fmt::format("{} more", more) : ""; }

std::string html_row(const std::string& text, const std::string& command) {
  std::string cells;
  if (!text.empty()) cells += as_html(text);
  if (!command.empty()) {
    cells += fmt::format("{}<span style=\"{}\">{}</span>", text.empty() ? "" : "<br>",
                         command_style, as_html(command));
  }
  return fmt::format("<tr><td style=\"{}\">{}</td></tr>\n", cell_style, cells);
}

}  // namespace

std::string as_html(const std::string& text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '&':
        html += "&amp;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\n':
        html += "<br>";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string report_text(const MailReport& report) {
  std::string text = report.title + "\n";
  if (!report.intro.empty()) text += "\n" + report.intro + "\n";
  for (const ReportSection& section : report.sections) {
    text +=
        fmt::format("\n{}\n{}\n", section.title, std::string(display_width(section.title), '-'));
    for (const ReportItem& item : section.items) {
      if (!item.text.empty()) text += fmt::format("* {}\n", item.text);
      if (!item.command.empty()) text += fmt::format("    {}\n", item.command);
    }
    if (section.more > 0) text += fmt::format("* {}\n", more_line(section.more));
  }
  return text;
}

std::string report_html(const MailReport& report) {
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html>\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n"
      "<body style=\"{}\">\n<h1 style=\"{}\">{}</h1>\n",
      as_html(report.title), body_style, title_style, as_html(report.title));
  if (!report.intro.empty()) html += fmt::format("<p>{}</p>\n", as_html(report.intro));
  for (const ReportSection& section : report.sections) {
    html += fmt::format("<h2 style=\"{}\">{}</h2>\n<table cellspacing=\"0\" cellpadding=\"0\">\n",
                        section_style, as_html(section.title));
    for (const ReportItem& item : section.items) html += html_row(item.text, item.command);
    if (section.more > 0) html += html_row(more_line(section.more), "");
    html += "</table>\n";
  }
  return html + "</body>\n</html>\n";
}

}  // namespace mega
