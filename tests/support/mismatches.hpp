#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

namespace precipice::testing {

/// Counts the cases of a long loop and fails the test case for each wrong one with one line, but not a million times.
class Mismatches {
 public:
  Mismatches() = default;
  Mismatches(const Mismatches&) = delete;
  Mismatches& operator=(const Mismatches&) = delete;
  ~Mismatches() {
    CHECK_MESSAGE(found_ == 0, found_ << " of " << cases_ << " cases are wrong");
    CHECK_MESSAGE(cases_ > 0, "nothing was compared");
  }

  /// `line` makes the text of a failing case.
  template <class Line>
  void expect(bool right, Line line) {
    ++cases_;
    if (right) return;
    if (++found_ <= shown) FAIL_CHECK(line());
  }

 private:
  static constexpr std::int64_t shown = 8;
  std::int64_t cases_ = 0, found_ = 0;
};

}  // namespace precipice::testing
