// mega server tokens [-o FORMAT]
// mega server withdraw ID...
//
// Lists the join tokens that can still be spent, and withdraws them.
#include "cmd/local_server.h"
#include "cmd/output.h"
#include "cmd/render.h"
#include "cmd/server_command.h"

#include <memory>

namespace mega {
namespace {

struct TokensFlags {
  FlaggedSettings settings;
  FormatFlag format;
  std::vector<std::int64_t> ids;
};

Result<void> list_tokens(const TokensFlags& flags) {
  const auto format = flags.format.format(Format::table);
  if (!format) return fail(format.error());
  const auto asker = open_local_server(flags.settings);
  if (!asker) return fail(asker.error());
  const auto text = ask_and_render(**asker, call_of("get_all_token", {}), *format);
  if (!text) return fail(text.error());
  return write_styled(*text);
}

Result<void> withdraw_tokens(const TokensFlags& flags) {
  const auto asker = open_local_server(flags.settings);
  if (!asker) return fail(asker.error());
  for (const std::int64_t id : flags.ids) {
    const auto answer = (*asker)->ask(call_of("del_token", {.named = {{"id", id}}}));
    if (!answer) return fail(answer.error());
  }
  return {};
}

Run set_up_tokens(ArgumentParser& parser) {
  auto flags = std::make_shared<TokensFlags>();
  flags->settings.declare_named(parser, "data");
  flags->format.declare(parser);
  return [flags] { return list_tokens(*flags); };
}

Run set_up_withdraw(ArgumentParser& parser) {
  auto flags = std::make_shared<TokensFlags>();
  flags->settings.declare_named(parser, "data");
  parser.add_option("ID", flags->ids, "As `mega server tokens` lists it").required();
  return [flags] { return withdraw_tokens(*flags); };
}

const Registered<ServerCommand> tokens{{{
    .name = "tokens",
    .summary = "List the tokens that can still be spent",
    .example = "mega server tokens",
    .setup = set_up_tokens,
}}};

const Registered<ServerCommand> withdraw{{{
    .name = "withdraw",
    .summary = "End tokens before they are spent",
    .example = "mega server withdraw 3",
    .setup = set_up_withdraw,
    .detail = "A token that was made for a name ends with mega server revoke NAME, too.",
}}};

}  // namespace
}  // namespace mega
