// The scripts of `mega completion`. They contain no names of mega's commands; they call `mega
// completion complete` (completion.cc).
#include "cmd/completions.h"

namespace mega {
namespace {

constexpr std::string_view bash_script =
    R"script(# bash completion of mega: eval "$(mega completion bash)"
_mega() {
  local line=${COMP_LINE:0:COMP_POINT} typed text kept=""
  local -a words=()
  read -ra words <<< "$line"
  [[ $line == *[[:blank:]] ]] && words+=("")
  typed=${words[${#words[@]}-1]}
  # bash replaces only what stands behind the last = or : of the word.
  [[ $COMP_WORDBREAKS == *=* && $typed == *=* ]] && kept=${typed%"${typed##*=}"}
  [[ $COMP_WORDBREAKS == *:* && ${typed#"$kept"} == *:* ]] && kept=${typed%"${typed##*:}"}
  COMPREPLY=()
  while IFS=$'\t' read -r text _; do
    if [[ $text == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r text; do COMPREPLY+=("$text"); done < <(compgen -f -- "${typed#"$kept"}")
    else
      COMPREPLY+=("${text#"$kept"}")
    fi
  done < <("$1" completion complete "${words[@]:1}" 2>/dev/null)
  [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _mega mega
)script";

constexpr std::string_view zsh_script = R"script(#compdef mega
# zsh completion of mega: a file _mega in a folder of fpath, or eval "$(mega completion zsh)"
_mega() {
  local line text about
  local -a texts displays open_texts open_displays
  for line in "${(@f)$("${words[1]}" completion complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    text=${line%%$'\t'*}
    about=${line#*$'\t'}
    if [[ -z $text ]]; then
      continue
    elif [[ $text == :files ]]; then
      _files
    elif [[ $text == *= ]]; then
      open_texts+=("$text")
      open_displays+=("$text  $about")
    else
      texts+=("$text")
      displays+=("$text  $about")
    fi
  done
  (( ${#texts} )) && compadd -l -d displays -a texts
  (( ${#open_texts} )) && compadd -l -S '' -d open_displays -a open_texts
  return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _mega "$@"
else
  compdef _mega mega
fi
)script";

constexpr std::string_view fish_script =
    R"script(# fish completion of mega: mega completion fish | source
function __mega_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] completion complete $words[2..-1] 2>/dev/null)
        if string match -q ':files*' -- $line
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c mega -f -a '(__mega_complete)'
)script";

}  // namespace

std::string_view completion_script(std::string_view shell) {
  if (shell == "bash") return bash_script;
  if (shell == "zsh") return zsh_script;
  return shell == "fish" ? fish_script : "";
}

}  // namespace mega
