#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "chart/report_parts.hpp"
#include "chart/view.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/sweep/experiments.hpp"
#include "precipice/sweep/settings.hpp"

namespace precipice::chart {
namespace {

bool is_of_precision(std::string_view key) { return key.starts_with("precision."); }

/// Whether two variants are the same but for precisions.
bool are_alike(const Variant* a, const Variant* b) {
  if (a == nullptr || b == nullptr) return true;
  const auto covers = [](const Variant& all, const Variant& some) {
    return std::ranges::all_of(some.settings, [&](const auto& setting) {
      const auto found = all.settings.find(setting.first);
      return is_of_precision(setting.first) ||
             (found != all.settings.end() && to_text(found->second.value) == to_text(setting.second.value));
    });
  };
  return covers(*a, *b) && covers(*b, *a);
}

bool is_binary64(const FinishedRun& run) {
  static const std::string control = to_text(binary64);
  return run.format == control;
}

/// Whether a control stands where a run does: everywhere, or where its point leaves an axis open.
bool stands_beside(const Results& results, const FinishedRun& control, const FinishedRun& run) {
  for (std::size_t i = 0; i < results.axes.size(); ++i) {
    const std::string& key = results.axes[i].key;
    if (key == p_key || key == exponent_key || key == "precision.format" || control.point[i].empty()) continue;
    if (key == variant_axis) {
      if (!are_alike(find_variant(results, control.point[i]), find_variant(results, run.point[i]))) return false;
    } else if (control.point[i] != run.point[i]) {
      return false;
    }
  }
  return true;
}

std::string in_quotes(std::string_view text) {
  std::string toml = "\"";
  for (const char c : text) toml += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
  return toml + "\"";
}

/// A value as TOML, bare where no reader could take the word for anything else.
std::string typed(const Value& value) {
  if (const auto* const list = std::get_if<std::vector<std::string>>(&value)) {
    std::vector<std::string> words;
    for (const std::string& word : *list) words.push_back(in_quotes(word));
    return fmt::format("[{}]", fmt::join(words, ", "));
  }
  const auto* const text = std::get_if<std::string>(&value);
  if (text == nullptr) return to_text(value);
  static constexpr std::string_view no_words[]{"true", "false", "inf", "nan", ""};
  const bool is_word = std::ranges::all_of(*text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == ':';
  });
  const bool begins_as_one = !text->empty() && ((*text)[0] >= 'a' && (*text)[0] <= 'z');
  const bool is_bare = is_word && begins_as_one && std::ranges::find(no_words, *text) == std::end(no_words);
  return is_bare ? *text : in_quotes(*text);
}

}  // namespace

std::optional<std::size_t> control_of(const Results& results, std::size_t run) {
  if (is_binary64(results.runs[run])) return {};
  const auto found = std::ranges::find_if(results.runs, [&](const FinishedRun& other) {
    return is_binary64(other) && stands_beside(results, other, results.runs[run]);
  });
  if (found == results.runs.end()) return {};
  return static_cast<std::size_t>(found - results.runs.begin());
}

std::optional<std::vector<std::string>> train_settings(const Experiment& experiment) {
  if (experiment.run.origin) return {};
  WrittenSettings settings = plan_of(default_experiment()).base;
  const auto before = identity(apply(settings));
  std::vector<std::string> different;
  for (const auto& setting : identity(experiment)) {
    if (std::ranges::find(before, setting) != before.end()) continue;
    different.push_back(setting.first + "=" + typed(setting.second));
    settings[setting.first] = {setting.second, "report"};
  }
  // What the file of the cell says and what it would be called to do may differ where it is of another version.
  if (key_of(apply(settings)) != key_of(experiment)) return {};
  return different;
}

}  // namespace precipice::chart
