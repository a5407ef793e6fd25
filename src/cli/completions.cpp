#include <array>
#include <memory>
#include <string>

#include "precipice/cli/choices.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"

namespace precipice::cli {
namespace {

// Each asks the program what could be typed (see completion.hpp), so none of them knows a command or an option.

constexpr std::string_view bash = R"(# Completion of precipice for bash 4 and later.
_precipice() {
  local line=${COMP_LINE:0:COMP_POINT} word words
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  # Bash replaces what follows the last of these characters alone.
  local current=${words[-1]}
  local kept=${current%"${current##*[=:]}"}
  COMPREPLY=()
  while IFS=$'\t' read -r word _; do
    case $word in
      :none) ;;
      :files) mapfile -t COMPREPLY < <(compgen -f -- "${current#"$kept"}"); compopt -o filenames ;;
      :directories) mapfile -t COMPREPLY < <(compgen -d -- "${current#"$kept"}"); compopt -o filenames ;;
      *)
        COMPREPLY+=("${word#"$kept"}")
        [[ $word != *= ]] || compopt -o nospace
        ;;
    esac
  done < <("${words[0]}" __complete "${words[@]:1}" 2> /dev/null)
}
complete -F _precipice precipice
)";

constexpr std::string_view zsh = R"(#compdef precipice
# Completion of precipice for zsh.
_precipice() {
  local line files=
  local -a candidates keys
  for line in "${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2> /dev/null)}"; do
    case $line in
      :none|'') ;;
      :files|:directories) files=$line ;;
      *$'=\t'*) keys+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
      *) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
    esac
  done
  (( $#candidates )) && _describe -t words 'word' candidates
  (( $#keys )) && _describe -t keys 'key' keys -S ''
  [[ $files == :files ]] && _files
  [[ $files == :directories ]] && _files -/
  return 0
}
if [[ ${funcstack[1]} == _precipice ]]; then
  _precipice "$@"
else
  compdef _precipice precipice
fi
)";

constexpr std::string_view fish = R"(# Completion of precipice for fish 3.
function __precipice_candidates
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    for line in ($typed[1] __complete $typed[2..] "$current" 2>/dev/null)
        switch $line
            case :none
            case :files
                __fish_complete_path "$current"
            case :directories
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c precipice -f -a '(__precipice_candidates)'
)";

ExitCode act(const std::string& shell) {
  print(choose<std::string_view>("shell", shell, {{"bash", bash}, {"zsh", zsh}, {"fish", fish}}));
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "completions",
      .summary = "what a shell needs to complete commands, options and words",
      .usage = "SHELL",
      .details = R"(Prints a script for bash, zsh or fish, which asks the program itself what could be typed: commands,
options, formats, roundings, orders, experiments, and for --set the keys of an experiment and the
words they take. Installed packages bring it along.)",
      .example = R"(Example:
  source <(precipice completions bash)              now; in ~/.bashrc for good
  precipice completions zsh > "${fpath[1]}/_precipice"
  precipice completions fish > ~/.config/fish/completions/precipice.fish)"};
  return value;
}

}  // namespace

void add_completions(Commands& commands) {
  const auto shell = std::make_shared<std::string>();
  CLI::App& command = commands.add(manual(), [shell] { return act(*shell); });
  command.add_option("SHELL", *shell, "bash, zsh or fish")->type_name("")->required();
}

}  // namespace precipice::cli
