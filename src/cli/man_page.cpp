#include "cli/man_page.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "cli/topics.hpp"
#include "precipice/format/word.hpp"

namespace precipice::cli {
namespace {

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return result;
}

/// Text as man(7) shows it: hyphens that can be copied, and no line that begins a request.
std::string escaped(std::string_view line) {
  std::string result = line.starts_with('.') || line.starts_with('\'') ? "\\&" : "";
  for (const char c : line) {
    switch (c) {
      case '\\': result += "\\e"; break;
      case '-': result += "\\-"; break;
      case '\'': result += "\\(aq"; break;
      case '`': result += "\\(ga"; break;
      case '^': result += "\\(ha"; break;
      case '~': result += "\\(ti"; break;
      case '"': result += "\\(dq"; break;
      default: result += c;
    }
  }
  return result;
}

/// As it stands, line by line.
std::string verbatim(std::string_view text) {
  std::string result = ".EX\n";
  for (const std::string_view line : split(text, '\n')) result += escaped(line) + "\n";
  return result + ".EE\n";
}

/// Filled by the reader's terminal.
std::string filled(std::string_view text) {
  std::string result;
  for (const std::string_view line : split(text, '\n')) result += escaped(line) + "\n";
  return result;
}

std::string section(std::string_view title) { return fmt::format(".SH {}\n", upper(title)); }

/// Paragraphs, which an empty line ends.
std::vector<std::string> paragraphs(std::string_view text) {
  std::vector<std::string> result(1);
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) {
      if (!result.back().empty()) result.emplace_back();
    } else {
      result.back() += (result.back().empty() ? "" : "\n") + std::string(line);
    }
  }
  if (result.back().empty()) result.pop_back();
  return result;
}

/// Whether the lines of a paragraph must stay as they are: a line is indented, or has columns.
bool is_laid_out(std::string_view paragraph) {
  return paragraph.starts_with(' ') || paragraph.find("\n ") != std::string_view::npos ||
         paragraph.find("   ") != std::string_view::npos;
}

/// What a help says under its usage and under its options. A paragraph that begins with "Example:" or "Exit codes:" is
/// a section of its own.
std::string prose(std::string_view text) {
  std::string result;
  for (const std::string& paragraph : paragraphs(text)) {
    std::string_view rest = paragraph;
    if (rest.starts_with("Example")) {
      result += section("examples");
      rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
    } else if (rest.starts_with("Exit codes:")) {
      result += section("exit status");
    } else {
      result += ".PP\n";
    }
    result += is_laid_out(rest) ? verbatim(rest) : filled(rest);
  }
  return result;
}

std::string options_of(const CLI::App& app, bool positional) {
  std::string result;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional() != positional) continue;
    std::string name = positional ? option->get_name(true, false) : option->get_name(false, true);
    std::replace(name.begin(), name.end(), ',', ' ');
    const std::string type = option->get_type_name();
    const bool has_value = !positional && option->get_items_expected_max() > 0 && !type.empty();
    if (has_value) name.append(" ").append(type);
    result += fmt::format(".TP\n.B {}\n{}", escaped(name), filled(option->get_description()));
  }
  return result;
}

std::string heading(std::string_view name, int chapter) {
  return fmt::format(".TH {} {} \"\" \"precipice {}\" \"precipice\"\n.nh\n.ad l\n", escaped(upper(name)), chapter,
                     PRECIPICE_VERSION);
}

std::string name_section(std::string_view name, std::string_view summary) {
  return section("name") + fmt::format("{} \\- {}\n", escaped(name), escaped(summary));
}

std::string reference_to(std::string_view name, int chapter) {
  return fmt::format(".BR {} ({})", escaped(name), chapter);
}

ManPage page_of(const Subcommand& command) {
  const std::string name = "precipice-" + command.manual.name;
  std::string text = heading(name, 1) + name_section(name, command.manual.summary);
  text += section("synopsis") +
          fmt::format(".B precipice {}\n{}", escaped(command.manual.name), filled(command.manual.usage));
  if (!command.manual.details.empty()) text += section("description") + prose(command.manual.details);
  if (const std::string arguments = options_of(*command.app, true); !arguments.empty()) {
    text += section("arguments") + arguments;
  }
  text += section("options") + options_of(*command.app, false);
  text += prose(command.manual.example);
  text += section("see also") + reference_to("precipice", 1) + " ,\n" + reference_to("precipice", 7) + "\n";
  return {name + ".1", text};
}

/// A summary of several lines as one.
std::string joined(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

ManPage page_of_program(const Commands& commands) {
  const Manual& manual = commands.manual();
  std::string text = heading(manual.name, 1);
  text += name_section(manual.name, "where precision falls off");
  text += section("synopsis") + ".B precipice\n.I COMMAND\n\\&...\n";
  text += section("description") + filled(joined(manual.summary));
  text += section("commands");
  for (const Subcommand& command : commands.all()) {
    text +=
        fmt::format(".TP\n{}\n{}", reference_to("precipice-" + command.manual.name, 1), filled(command.manual.summary));
  }
  text += section("options") + options_of(commands.program(), false);
  text += prose(manual.example);
  text += section("environment");
  text += ".TP\n.B PRECIPICE_FASHION_MNIST\n" +
          filled("folder of the files of Fashion-MNIST; default: that of Debian's package dataset-fashion-mnist");
  text += section("see also") + reference_to("precipice", 7) + "\n";
  return {"precipice.1", text};
}

ManPage page_of_words() {
  std::string text = heading("precipice", 7);
  text += name_section("precipice", "words of its command line and its experiment files");
  text += section("description") + filled("What 'precipice help TOPIC' prints, topic by topic.");
  for (const Topic& topic : topics()) {
    text += section(topic.name.word) + filled(topic.name.meaning) + ".PP\n" + verbatim(topic.text());
  }
  text += section("see also") + reference_to("precipice", 1) + "\n";
  return {"precipice.7", text};
}

}  // namespace

std::vector<ManPage> man_pages(const Commands& commands) {
  std::vector<ManPage> pages{page_of_program(commands), page_of_words()};
  for (const Subcommand& command : commands.all()) pages.push_back(page_of(command));
  return pages;
}

}  // namespace precipice::cli
