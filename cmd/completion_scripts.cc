// The scripts of `mega completion`. They contain no names of mega's commands; they call `mega
// completion complete` (completion.cc).
#include "cmd/completions.h"

namespace mega {
namespace {

constexpr std::string_view bash_script =
    R"script(# bash completion of mega: eval "$(mega completion bash)"
# Sets words: those of the line without quotes and backslashes, the last one is at the cursor.
# Sets kept: the start of the last word that bash does not replace, because it ends in a = or : of
# COMP_WORDBREAKS or in front of an open quote.
_mega_split() {
  local line=$1 char quote="" word="" before="" begun="" i
  words=() kept=""
  for ((i = 0; i < ${#line}; i++)); do
    char=${line:i:1}
    if [[ -n $quote ]]; then
      if [[ $char == "$quote" ]]; then
        quote=""
      else
        [[ $char == \\ && $quote == '"' ]] && char=${line: ++i:1}
        word+=$char
      fi
      continue
    elif [[ $char == [[:blank:]] ]]; then
      [[ -n $begun ]] && words+=("$word")
      word="" begun="" kept=""
      continue
    elif [[ $char == [\'\"] ]]; then
      quote=$char before=$word
    elif [[ $char == \\ ]]; then
      word+=${line: ++i:1}
    else
      word+=$char
      [[ $char == [=:] && $COMP_WORDBREAKS == *"$char"* ]] && kept=$word
    fi
    begun=1
  done
  words+=("$word")
  [[ -n $quote ]] && kept=$before
}
_mega() {
  local text behind file kept
  local -a words=()
  _mega_split "${COMP_LINE:0:COMP_POINT}"
  COMPREPLY=()
  while IFS=$'\t' read -r text behind; do
    if [[ $text == :files ]]; then
      compopt -o filenames 2>/dev/null
      file=${words[${#words[@]}-1]#"$behind"}
      while IFS= read -r text; do
        text=$behind$text
        COMPREPLY+=("${text#"$kept"}")
      done < <(compgen -f -- "$file")
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
  for line in "${(@f)$("${words[1]}" completion complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
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
    set -l words (commandline -opc) (commandline -ct | string unescape)
    for line in ($words[1] completion complete $words[2..-1] 2>/dev/null)
        if string match -q ':files*' -- $line
            set -l behind (string replace -r '^:files\t' '' -- $line)
            set -l file (string sub -s (math (string length -- $behind) + 1) -- $words[-1])
            for path in (__fish_complete_path $file)
                echo $behind$path
            end
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
