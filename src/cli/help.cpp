#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "cli/man_page.hpp"
#include "cli/topics.hpp"
#include "precipice/cli/command.hpp"
#include "precipice/cli/commands.hpp"
#include "precipice/cli/output.hpp"
#include "precipice/format/word.hpp"
#include "precipice/sweep/files.hpp"

namespace precipice::cli {
namespace {

struct Options {
  std::string topic, man_pages;
};

void write_man_pages(const Commands& commands, const std::filesystem::path& directory) {
  for (const ManPage& page : man_pages(commands)) {
    write_whole_file(directory / page.file, page.text);
    print(fmt::format("{}\n", (directory / page.file).string()));
  }
}

ExitCode act(const Options& options, const Commands& commands) {
  if (!options.man_pages.empty()) {
    write_man_pages(commands, options.man_pages);
    return ExitCode::fine;
  }
  std::vector<Term> names;
  std::vector<std::string_view> words;
  for (const Topic& topic : topics()) {
    names.push_back(topic.name);
    words.push_back(topic.name.word);
  }
  if (options.topic.empty()) {
    print_text("Topics of 'precipice help TOPIC':\n" + listed(names) +
               "\nor a command, as 'precipice COMMAND --help'\n");
    return ExitCode::fine;
  }
  for (const Topic& topic : topics()) {
    if (topic.name.word != options.topic) continue;
    print_text(fmt::format("{}: {}\n\n{}", topic.name.word, topic.name.meaning, topic.text()));
    return ExitCode::fine;
  }
  for (const Subcommand& command : commands.all()) {
    if (std::ranges::count(words, command.manual.name) == 0) words.push_back(command.manual.name);
  }
  const std::string_view word = words[index_of_word("topic", options.topic, words)];
  const auto command = std::ranges::find(commands.all(), word, [](const Subcommand& c) { return c.manual.name; });
  print_text(command->app->help(commands.program().get_name()));
  return ExitCode::fine;
}

const Manual& manual() {
  static const Manual value{
      .name = "help",
      .summary = "words that may be typed: formats, roundings, orders, settings, ...",
      .usage = "[TOPIC] [--man DIR]",
      .details = R"(Lists the topics, or explains the words of one. They are printed from the tables that the program
reads them by.)",
      .example = R"(Example:
  precipice help
  precipice help orders
  precipice help settings | grep -A 1 smoothing
  precipice help --man pages && man pages/precipice-sweep.1)"};
  return value;
}

}  // namespace

void add_help(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.add(manual(), [options, &commands] { return act(*options, commands); });
  command.add_option("TOPIC", options->topic, "explain this one, or a command")->type_name("");
  command.add_option("--man", options->man_pages, "write all of the help as manual pages for man(1)")->type_name("DIR");
}

}  // namespace precipice::cli
