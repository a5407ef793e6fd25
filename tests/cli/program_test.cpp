#include <doctest/doctest.h>

#include "support/run_program.hpp"

using precipice::tests::ProgramRun;
using precipice::tests::run_precipice;
using precipice::tests::shell;

namespace {

/// An error as promised: this exit code, nothing on standard output, one line that holds each of these words.
void check_refused(const ProgramRun& run, int exit_code, std::initializer_list<std::string_view> words) {
  CAPTURE(run.err);
  CHECK(run.exit_code == exit_code);
  CHECK(run.out.empty());
  CHECK(run.error_lines() == 1);
  CHECK(run.err.starts_with("precipice: "));
  for (const std::string_view word : words) CHECK(run.err.find(word) != std::string::npos);
}

}  // namespace

TEST_CASE("the program says its version") {
  const ProgramRun run = run_precipice({"--version"});
  CHECK(run.exit_code == 0);
  CHECK(run.out == "precipice 0.1.0\n");
  CHECK(run.err.empty());
}

TEST_CASE("every help has an example and is no error") {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"-h"}, {"formats", "--help"}, {"eval", "--help"}, {"eval", "-h"}}) {
    const ProgramRun run = run_precipice(arguments);
    CHECK(run.exit_code == 0);
    CHECK(run.out.find("Usage: precipice") != std::string::npos);
    CHECK(run.out.find("Example:\n  ") != std::string::npos);
    CHECK(run.err.empty());
  }
}

TEST_CASE("the help of the program lists the commands") {
  const std::string help = run_precipice({"--help"}).out;
  CHECK(help.find("\n  formats ") != std::string::npos);
  CHECK(help.find("\n  eval ") != std::string::npos);
}

TEST_CASE("no command is wrong usage") {
  check_refused(run_precipice({}), 2, {"no command", "formats", "eval", "--help"});
}

TEST_CASE("an unknown command is named with the nearest known one") {
  check_refused(run_precipice({"fromats"}), 2, {"'fromats'", "did you mean 'formats'?"});
  check_refused(run_precipice({"fromats", "--json"}), 2, {"'fromats'", "did you mean 'formats'?"});
  check_refused(run_precipice({"fromats", "--help"}), 2, {"'fromats'", "did you mean 'formats'?"});
  check_refused(run_precipice({"zzzzzzzzzzz"}), 2, {"'zzzzzzzzzzz'", "accepted: formats, eval"});
}

TEST_CASE("an unknown option is named with the nearest known one") {
  check_refused(run_precipice({"--verson"}), 2, {"'--verson'", "did you mean '--version'?"});
  check_refused(run_precipice({"formats", "--jsn"}), 2, {"'--jsn'", "precipice formats", "did you mean '--json'?"});
  check_refused(run_precipice({"formats", "-q"}), 2, {"'-q'", "accepted: --help, --json"});
  check_refused(run_precipice({"eval", "--fromat", "binary32", "add"}), 2, {"'--fromat'", "did you mean '--format'?"});
  check_refused(run_precipice({"eval", "add", "--fromat=binary32"}), 2,
                {"'--fromat=binary32'", "did you mean '--format'?"});
}

TEST_CASE("missing, doubled and superfluous arguments are wrong usage") {
  check_refused(run_precipice({"eval"}), 2, {"OP is required", "precipice eval --help"});
  check_refused(run_precipice({"eval", "add"}), 2, {"--format is required"});
  check_refused(run_precipice({"eval", "add", "--format"}), 2, {"--format needs a value"});
  check_refused(run_precipice({"eval", "add", "--format", "tf32", "--format", "tf32"}), 2,
                {"--format is given more than once"});
  check_refused(run_precipice({"eval", "add", "mul", "--format", "tf32"}), 2, {"'mul'", "one argument too many"});
  check_refused(run_precipice({"formats", "--json=yes"}), 2, {"--json takes no value"});
}

TEST_CASE("what somebody probably meant is said") {
  check_refused(run_precipice({"results/digits", "phase"}), 2, {"comes first: precipice phase"});
  check_refused(run_precipice({"--format", "bf16", "eval", "add"}), 2, {"'--format'", "comes first: precipice eval"});
  check_refused(run_precipice({"add", "eval", "--format", "bf16"}), 2, {"'add'", "comes first: precipice eval"});
  check_refused(run_precipice({"version"}), 2, {"did you mean '--version'?"});
  check_refused(run_precipice({"train", "--steps", "100"}), 2, {"'--steps'", "did you mean '--set run.steps=...'?"});
  check_refused(run_precipice({"sweep", "--learning-rate=1"}), 2,
                {"did you mean '--set optimizer.learning_rate=...'?"});
  check_refused(run_precipice({"train", "--set", "steps=100"}), 2, {"unknown key 'steps'; did you mean 'run.steps'?"});
  check_refused(run_precipice({"train", "--set", "precision.format=e8x7"}), 2,
                {"precision.format: unknown format 'e8x7'"});
  check_refused(run_precipice({"train", "bf16"}), 2, {"'bf16' is a format", "--set precision.format=bf16"});
  check_refused(run_precipice({"train", "run.steps=5"}), 2, {"--set run.steps=5"});
  check_refused(run_precipice({"eval", "add", "--format", "bf16", "1", "2"}), 2, {"standard input", "echo '1 0x1p-8'"});
}

TEST_CASE("control characters in what was typed do not break the line") {
  check_refused(run_precipice({"for\nmats"}), 2, {"'for\\nmats'"});
  check_refused(run_precipice({"formats", "a\x1b[31m\nb"}), 2, {"'a\\x1b[31m\\nb'"});
}

TEST_CASE("output that cannot be written is an input/output error") {
  for (const char* const command : {"formats", "formats --json", "--help", "--version", "formats --help"}) {
    check_refused(shell(std::string("$precipice ") + command + " > /dev/full"), 3,
                  {"cannot write standard output", "No space left"});
  }
  check_refused(shell("echo 1 2 | $precipice eval add --format tf32 > /dev/full"), 3, {"No space left"});
  check_refused(shell("$precipice formats >&-"), 3, {"cannot write standard output"});
}

TEST_CASE("a reader that goes away ends the program quietly") {
  const ProgramRun few = shell("$precipice formats | head -1; exit ${PIPESTATUS[0]}");
  CHECK(few.exit_code == 0);
  CHECK(few.out.starts_with("name "));
  CHECK(few.err.empty());
  const ProgramRun many = shell("yes '1 2' | $precipice eval add --format tf32 | head -2; exit ${PIPESTATUS[1]}");
  CHECK(many.exit_code == 0);
  CHECK(many.out == "0x1.8p+1\n0x1.8p+1\n");
  CHECK(many.err.empty());
}
