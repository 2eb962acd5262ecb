#include "cmd/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace mega {
namespace {

TEST(EscapeForTerminal, KeepsLinesAndTabsOnly) {
  const struct {
    const char* name;
    std::string text, shown;
  } cases[] = {
      {"nothing", "", ""},
      {"lines and tabs", "a\tb\n\nc\n", "a\tb\n\nc\n"},
      {"the title of the window", "\x1b]0;TITLE\x07", "\\x1b]0;TITLE\\x07"},
      {"a line over another", "good\rbad", "good\\rbad"},
      {"control characters of Unicode",
       "\xc2\x9b"
       "2J\xe2\x80\xae",
       "\\u009b2J\\u202e"},
      {"UTF-8", "\xe4\xb8\xad\n", "\xe4\xb8\xad\n"},
      {"bytes",
       "\x9b"
       "2J",
       "\\x9b2J"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(escape_for_terminal(c.text), c.shown);
  }
}

// Both sides of a terminal.
class TerminalStream {
 public:
  TerminalStream() : master_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    EXPECT_EQ(::grantpt(master_), 0);
    EXPECT_EQ(::unlockpt(master_), 0);
    stream_ = ::fdopen(::open(::ptsname(master_), O_RDWR | O_NOCTTY | O_CLOEXEC), "r+");
  }
  ~TerminalStream() {
    ::fclose(stream_);
    ::close(master_);
  }
  std::FILE* stream() const { return stream_; }
  // All that was written: reading does not wait, because the terminal keeps it.
  std::string shown() const {
    std::fflush(stream_);
    char bytes[256];
    const ssize_t got = ::read(master_, bytes, sizeof bytes);
    return got > 0 ? std::string(bytes, static_cast<std::size_t>(got)) : "";
  }

 private:
  int master_;
  std::FILE* stream_;
};

TEST(PieceWriter, EscapesOnATerminalWhereverTheTextIsCut) {
  const std::string text = "\xe4\xb8\xad\x1b[2J\xf0\x9f\x90\xac \xff.";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    SCOPED_TRACE(cut);
    const TerminalStream terminal;
    PieceWriter writer(terminal.stream());
    writer.write(text.substr(0, cut));
    writer.write(text.substr(cut));
    EXPECT_EQ(writer.waiting(), 0u);
    EXPECT_EQ(terminal.shown(), "\xe4\xb8\xad\\x1b[2J\xf0\x9f\x90\xac \\xff.");
  }
}

TEST(PieceWriter, CountsTheBytesOfAnIncompleteCharacter) {
  const TerminalStream terminal;
  PieceWriter writer(terminal.stream());
  writer.write("a\xf0\x9f\x90");
  EXPECT_EQ(writer.waiting(), 3u);
  EXPECT_EQ(terminal.shown(), "a");
}

TEST(PieceWriter, WritesBytesAsTheyAreElsewhere) {
  std::FILE* const file = std::tmpfile();
  PieceWriter writer(file);
  writer.write("\x1b[2J\xe4");
  EXPECT_EQ(writer.waiting(), 0u);
  std::rewind(file);
  char bytes[16];
  EXPECT_EQ(std::string(bytes, std::fread(bytes, 1, sizeof bytes, file)), "\x1b[2J\xe4");
  std::fclose(file);
}

}  // namespace
}  // namespace mega
