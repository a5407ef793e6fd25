#include <doctest/doctest.h>

#include "precipice/arithmetic/sum_order.hpp"
#include "precipice/arithmetic/terms.hpp"
#include "precipice/diagnosis/outcome.hpp"
#include "precipice/diagnosis/terms.hpp"
#include "precipice/format/word.hpp"
#include "precipice/rounding/rounding.hpp"
#include "precipice/rounding/terms.hpp"
#include "precipice/sweep/bundles.hpp"
#include "precipice/sweep/settings.hpp"
#include "precipice/sweep/terms.hpp"
#include "precipice/training/formulation_text.hpp"
#include "precipice/training/precision.hpp"
#include "precipice/training/terms.hpp"
#include "support/run_program.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

std::string printed(const std::string& topic) {
  const ProgramRun run = shell("\"$precipice\" help " + topic);
  CHECK(run.exit_code == 0);
  return run.out;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Every run of blanks and ends of lines as one blank: the text, however it is laid out.
std::string words(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c != ' ' && c != '\n') result += c;
    if ((c == ' ' || c == '\n') && !result.ends_with(' ')) result += ' ';
  }
  return result;
}

}  // namespace

TEST_CASE("help lists its topics, and every topic explains every word of its table") {
  const std::string topics = printed("");
  const std::pair<std::string_view, std::span<const Term>> tables[]{
      {"roundings", rounding_terms()}, {"orders", sum_order_terms()}, {"formulations", formulation_terms},
      {"bundles", bundle_terms()},     {"plans", plan_terms()},       {"roles", role_terms()},
      {"outcomes", outcome_terms()}};
  for (const auto& table : tables) {
    CAPTURE(table.first);
    CHECK(has(topics, "\n  " + std::string(table.first) + " "));
    const std::string text = printed(std::string(table.first));
    for (const Term& term : table.second) {
      CHECK(has(text, "\n  " + std::string(term.word) + " "));
      CHECK(has(words(text), words(term.meaning)));
    }
  }
}

TEST_CASE("what help says is what is read") {
  for (const Term& term : rounding_terms()) {
    CHECK(to_text(parse_rounding(term.word)) == term.word);
    for (const std::string_view other : split(term.also, ' ')) CHECK(to_text(parse_rounding(other)) == term.word);
  }
  for (const Term& term : role_terms()) CHECK(to_text(parse_role(term.word)) == term.word);
  for (const Term& term : sum_order_terms()) {
    std::string word(term.word);
    if (word.ends_with("<n>")) word.replace(word.size() - 3, 3, "8");
    CHECK(to_text(parse_sum_order(word)) == word);
  }
  for (const Term& term : formulation_terms) {
    CHECK_NOTHROW(resolve({{"loss.formulation", {std::string(term.word), "test"}}}));
  }
  CHECK(outcome_names().size() == outcome_terms().size());
}

TEST_CASE("help of settings has every key, of formats every name") {
  const std::string settings = printed("settings");
  for (const Setting& setting : all_settings()) {
    const std::size_t dot = setting.name.find('.');
    CHECK(has(settings, "\n" + std::string(setting.name.substr(dot + 1))));
    CHECK(has(words(settings), words(setting.help)));
  }
  CHECK(has(settings, "\nlearning_rate = 0.003\n"));
  CHECK(has(printed("formats"), "e8m7, p = 8 (also bf16)"));
}

TEST_CASE("help of a command is what its --help prints") {
  CHECK(printed("sweep") == shell("\"$precipice\" sweep --help").out);
  CHECK(printed("help") == shell("\"$precipice\" help -h").out);
  CHECK(has(printed(""), "'precipice COMMAND --help'"));
}

TEST_CASE("no line of any help is longer than a page is wide") {
  for (const char* topic : {"", "formats", "orders", "formulations", "bundles", "plans", "roles", "settings", "train",
                            "sweep", "attribute", "audit", "eval", "completions"}) {
    CAPTURE(std::string(topic));
    for (const std::string_view line : split(printed(topic), '\n')) {
      if (!line.starts_with("Usage: ")) CHECK_MESSAGE(line.size() <= 100, line);
    }
  }
}

TEST_CASE("an unknown topic is one line that names the nearest") {
  const ProgramRun run = shell("\"$precipice\" help rounding 2>&1");
  CHECK(run.exit_code == 2);
  CHECK(run.out.starts_with("precipice: unknown topic 'rounding'; did you mean 'roundings'? (accepted: formats, "));
  CHECK(run.out.find('\n') == run.out.size() - 1);
}
