#include "precipice/cli/layout.hpp"

#include <doctest/doctest.h>

using namespace precipice::cli;

TEST_CASE("words and meanings stand in two columns, long meanings under themselves") {
  CHECK(in_two_columns({{"a", "short"}, {"longer", "one two three four five six"}}, 2, 30) ==
        "  a       short\n"
        "  longer  one two three four\n"
        "          five six\n");
  CHECK(in_two_columns({{"word", ""}}, 0) == "word\n");
  CHECK(indented("one two three four", 4, 14) == "    one two\n    three four\n");
}

TEST_CASE("a table that fits stays, a wider one is cut between columns, each part with the first column") {
  const std::string table =
      "name      p  largest    underflow\n"
      "bfloat16  8  3.3895e+38     92.88\n"
      "binary16  11       65504     24.2\n";
  CHECK(folded(table, 33) == table);
  CHECK(folded(table, 0) == table);
  CHECK(folded("name   one    two\na        1      2\nb       10     20\n", 14) ==
        "name   one\n"
        "a        1\n"
        "b       10\n"
        "\n"
        "name   two\n"
        "a        2\n"
        "b       20\n");
}

TEST_CASE("lines that are too long are broken between words and go on under their last column") {
  CHECK(wrapped("one two three\nfour\n", 0) == "one two three\nfour\n");
  CHECK(wrapped("one two three\n\nfour\n", 8) == "one two\nthree\n\nfour\n");
  CHECK(wrapped("  one two three four", 12) == "  one two\n  three four");
  CHECK(wrapped("  -o  a file that is written here", 20) == "  -o  a file that is\n      written here");
  CHECK(wrapped("one two three\nfour five\nsix\n\n", 8) == "one two\nthree\nfour\nfive six\n\n");
  CHECK(wrapped("  -o  a file that is written\n      here\n  -x  not\n", 20) ==
        "  -o  a file that is\n      written here\n  -x  not\n");
  CHECK(wrapped("  one two three\n  four\n", 10) == "  one two\n  three\n  four\n");  // two examples
  CHECK(wrapped("averylongwordindeed and more", 10) == "averylongwordindeed\nand more");
  CHECK(wrapped("averylongwordindeed", 10) == "averylongwordindeed");
  CHECK(wrapped("", 10).empty());
  CHECK(counted(1, "cell") == "1 cell");
  CHECK(counted(0, "cell") == "0 cells");
}

TEST_CASE("a single column, a paragraph and nothing at all cannot be folded") {
  for (const char* text : {"", "one line of words that is wider than that\n", "\n"}) CHECK(folded(text, 10) == text);
}
