#include "cli/completion.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <functional>

#include "cli/eval_operations.hpp"
#include "cli/topics.hpp"
#include "precipice/arithmetic/terms.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/word.hpp"
#include "precipice/rounding/terms.hpp"
#include "precipice/sweep/experiments.hpp"
#include "precipice/sweep/settings.hpp"
#include "precipice/sweep/terms.hpp"
#include "precipice/training/formulation_text.hpp"
#include "precipice/training/terms.hpp"

namespace precipice::cli {
namespace {

using Candidates = std::vector<Candidate>;

Candidates of_terms(std::span<const Term> terms) {
  Candidates result;
  for (const Term& term : terms) result.push_back({std::string(term.word), std::string(term.meaning)});
  return result;
}

template <std::size_t N>
Candidates of_words(const std::array<std::string_view, N>& words) {
  Candidates result;
  for (const std::string_view word : words) result.push_back({std::string(word), ""});
  return result;
}

Candidates formats() {
  Candidates result;
  for (const NamedFormat& named : catalogue()) {
    const std::string text = to_text(named.format), meaning = describe(named.format);
    std::vector<std::string_view> names{named.name, text};
    for (const std::string_view other : split(named.also, ' ')) names.push_back(other);
    for (const std::string_view name : names) {
      if (!name.empty() && std::ranges::find(result, name, &Candidate::word) == result.end()) {
        result.push_back({std::string(name), meaning});
      }
    }
  }
  return result;
}
Candidates roundings() { return of_terms(rounding_terms()); }
Candidates orders() { return of_terms(sum_order_terms()); }
Candidates formulations() { return of_terms(formulation_terms); }
Candidates mean_places() { return of_words(std::array<std::string_view, 3>{"before", "after", "outside"}); }

Candidates experiments() {
  Candidates result;
  for (const BuiltInExperiment& experiment : built_in_experiments()) {
    result.push_back({std::string(experiment.name), std::string(summary_of(experiment))});
  }
  return result;
}

Candidates operations() {
  Candidates result;
  for (const Operation& operation : all_operations()) result.push_back({std::string(operation.name), ""});
  return result;
}

Candidates subjects() {
  return of_words(std::array<std::string_view, 5>{"thresholds", "dynamics", "boundary", "claims", "all"});
}
Candidates shells() { return of_words(std::array<std::string_view, 3>{"bash", "zsh", "fish"}); }

Candidates settings() {
  Candidates result;
  for (const Setting& setting : all_settings()) {
    result.push_back({fmt::format("{}=", setting.name), std::string(setting.help)});
  }
  return result;
}

/// What a setting may be, where it is one of a few words.
Candidates values_of_setting(std::string_view name) {
  if (name == "loss.formulation") return formulations();
  if (name == "loss.order" || name == "precision.order") return orders();
  if (name == "loss.mean") return mean_places();
  if (name == "loss.bundle") return of_terms(bundle_terms());
  if (name == "precision.plan") return of_terms(plan_terms());
  if (name.ends_with("rounding")) return roundings();
  const auto roles = role_terms();
  const bool is_role =
      std::ranges::any_of(roles, [&](const Term& role) { return name == fmt::format("precision.{}", role.word); });
  return is_role || name == "precision.format" ? formats() : Candidates{};
}

/// What an option or an argument takes; `command` is empty for those that mean the same everywhere.
struct Taken {
  std::string_view command, option;
  std::function<Candidates()> words;
  FileKind files = FileKind::none;
};

const std::vector<Taken>& all_taken() {
  static const auto nothing = [] { return Candidates{}; };
  static const std::vector<Taken> all{
      {"formats", "NAME", formats},
      {"experiments", "NAME", experiments},
      {"", "--format", formats},
      {"", "--formats", formats},
      {"", "--to", formats},
      {"", "--rounding", roundings},
      {"", "--order", orders},
      {"", "--formulation", formulations},
      {"", "--mean", mean_places},
      {"", "OP", operations},
      {"", "SUBJECT", subjects},
      {"", "SHELL", shells},
      {"", "FILE", experiments, FileKind::files},
      {"eval", "--out",
       [] {
         return of_words(std::array<std::string_view, 4>{"value", "decimal", "code", "exact"});
       }},
      {"", "--out", nothing, FileKind::directories},
      {"phase", "--out", nothing, FileKind::files},
      {"anatomy", "--out", nothing, FileKind::files},
      {"report", "--out", nothing, FileKind::files},
      {"", "DIR", nothing, FileKind::directories},
      {"", "--man", nothing, FileKind::directories},
      {"", "--report", nothing, FileKind::directories},
      {"", "--json", nothing, FileKind::files},
      {"", "--output", nothing, FileKind::files},
      {"", "--from", nothing, FileKind::files},
      {"", "LOGITS", nothing, FileKind::files},
      {"", "LABELS", nothing, FileKind::files},
      {"phase", "--seeds",
       [] {
         return of_words(std::array<std::string_view, 2>{"summary", "spread"});
       }},
      {"phase", "--scale",
       [] {
         return of_words(std::array<std::string_view, 3>{"auto", "linear", "log"});
       }},
      {"phase", "--size",
       [] {
         return of_words(std::array<std::string_view, 3>{"screen", "column", "page"});
       }},
      {"phase", "--boundary",
       [] {
         return of_words(std::array<std::string_view, 5>{"absorption", "nfi", "freezing", "spike", "none"});
       }},
      {"table", "--as",
       [] {
         return of_words(std::array<std::string_view, 4>{"text", "markdown", "csv", "json"});
       }},
      {"sweep", "--only", [] { return of_words(std::array<std::string_view, 1>{"failed"}); }},
  };
  return all;
}

const Taken* taken_by(std::string_view command, std::string_view option) {
  const Taken* everywhere = nullptr;
  for (const Taken& taken : all_taken()) {
    if (taken.option != option) continue;
    if (taken.command == command) return &taken;
    if (taken.command.empty()) everywhere = &taken;
  }
  return everywhere;
}

/// Those that begin with what has been typed; `kept` stands before each.
Completion beginning_with(std::string_view typed, Candidates candidates, std::string_view kept = {}) {
  std::erase_if(candidates, [&](const Candidate& candidate) { return !candidate.word.starts_with(typed); });
  for (Candidate& candidate : candidates) candidate.word.insert(0, kept);
  return {std::move(candidates)};
}

/// The long name of an option, else its only one.
std::string name_of(const CLI::Option& option) {
  if (option.get_positional()) return option.get_name(true, false);
  return option.get_lnames().empty() ? "-" + option.get_snames().front() : "--" + option.get_lnames().front();
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

/// The value of an option or an argument, of which `typed` is there already.
Completion value_of(std::string_view command, const CLI::Option& option, std::string_view typed) {
  const std::string name = name_of(option);
  if (name == "--set") {
    const std::size_t equals = typed.find('=');
    if (equals == std::string_view::npos) return beginning_with(typed, settings());
    return beginning_with(typed.substr(equals + 1), values_of_setting(typed.substr(0, equals)),
                          typed.substr(0, equals + 1));
  }
  const Taken* const taken = taken_by(command, name);
  if (taken == nullptr) return {};
  // The last one of a list.
  const std::size_t comma = option.get_delimiter() == ',' ? typed.rfind(',') : std::string_view::npos;
  const std::size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
  Completion result = beginning_with(typed.substr(begin), taken->words(), typed.substr(0, begin));
  result.files = taken->files;
  return result;
}

Candidates options_of(const CLI::App& app) {
  Candidates result;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) result.push_back({name_of(*option), option->get_description()});
  }
  return result;
}

/// Nullptr for what is none.
const CLI::Option* option_named(const CLI::App& app, const std::string& name) {
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional() && option->check_name(name)) return option;
  }
  return nullptr;
}

/// The argument number `index`; the last one takes all that follow if it takes several.
const CLI::Option* argument(const CLI::App& app, std::size_t index) {
  std::vector<const CLI::Option*> all;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) all.push_back(option);
  }
  if (index < all.size()) return all[index];
  return !all.empty() && all.back()->get_items_expected_max() > 1 ? all.back() : nullptr;
}

Completion within(const Subcommand& command, const std::vector<std::string>& words) {
  const CLI::App& app = *command.app;
  const std::string& typed = words.back();
  const CLI::Option* waiting = nullptr;
  std::size_t arguments = 0;
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    if (waiting != nullptr) {
      waiting = nullptr;
    } else if (words[i].starts_with('-')) {
      const CLI::Option* const option = option_named(app, words[i]);
      if (option != nullptr && takes_value(*option)) waiting = option;
    } else {
      ++arguments;
    }
  }
  if (waiting != nullptr) return value_of(command.manual.name, *waiting, typed);
  if (const std::size_t equals = typed.find('='); typed.starts_with("--") && equals != std::string::npos) {
    const CLI::Option* const option = option_named(app, typed.substr(0, equals));
    if (option == nullptr || !takes_value(*option)) return {};
    Completion result = value_of(command.manual.name, *option, std::string_view(typed).substr(equals + 1));
    for (Candidate& candidate : result.words) candidate.word.insert(0, typed, 0, equals + 1);
    return result;
  }
  if (typed.starts_with('-')) return beginning_with(typed, options_of(app));
  const CLI::Option* const next = argument(app, arguments);
  return next == nullptr ? Completion{} : value_of(command.manual.name, *next, typed);
}

Candidates names(const Commands& commands) {
  Candidates result;
  for (const Subcommand& command : commands.all()) result.push_back({command.manual.name, command.manual.summary});
  return result;
}

Candidates topics_and(const Commands& commands) {
  Candidates result;
  for (const Topic& topic : topics()) result.push_back({std::string(topic.name.word), std::string(topic.name.meaning)});
  for (const Candidate& name : names(commands)) result.push_back(name);
  return result;
}

}  // namespace

Completion completion_of(const Commands& commands, const std::vector<std::string>& words) {
  if (words.empty()) return {};
  if (words.size() == 1) {
    return beginning_with(words[0], words[0].starts_with('-') ? options_of(commands.program()) : names(commands));
  }
  for (const Subcommand& command : commands.all()) {
    if (command.manual.name != words[0]) continue;
    if (words[0] == "help" && words.size() == 2 && !words[1].starts_with('-')) {
      return beginning_with(words[1], topics_and(commands));
    }
    return within(command, words);
  }
  return {};
}

std::string to_text(const Completion& completion) {
  std::string text = completion.files == FileKind::none    ? ":none\n"
                     : completion.files == FileKind::files ? ":files\n"
                                                           : ":directories\n";
  for (const auto& [word, meaning] : completion.words) {
    // A description of several lines is cut after the first.
    text += fmt::format("{}\t{}\n", word, std::string_view(meaning).substr(0, meaning.find('\n')));
  }
  return text;
}

}  // namespace precipice::cli
