#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "precipice/arithmetic/fixed.hpp"
#include "support/mismatches.hpp"
#include "support/report.hpp"

/// What must hold of any scalar type: its operators and functions are those of reference:: on what its numbers stand
/// for.
namespace precipice::testing {

template <Scalar T>
struct NamedUnary {
  std::string_view name;
  T (*plain)(const T&);
  Flagged<T> (*with_mode)(const T&, const Mode&);
  detail::Unary meaning;
};

template <Scalar T>
struct NamedBinary {
  std::string_view name;
  T (*plain)(const T&, const T&);
  Flagged<T> (*with_mode)(const T&, const T&, const Mode&);  ///< none for functions that do not round
  detail::Binary meaning;
};

template <Scalar T>
const std::vector<NamedUnary<T>>& unary_functions() {
  using C = const T&;
  using M = const Mode&;
  static const std::vector<NamedUnary<T>> functions{
      {"sqrt", [](C x) { return sqrt(x); }, [](C x, M m) { return sqrt(x, m); }, reference::square_root},
      {"rsqrt", [](C x) { return rsqrt(x); }, [](C x, M m) { return rsqrt(x, m); }, reference::rsqrt},
      {"exp", [](C x) { return exp(x); }, [](C x, M m) { return exp(x, m); }, reference::exp},
      {"expm1", [](C x) { return expm1(x); }, [](C x, M m) { return expm1(x, m); }, reference::expm1},
      {"exp2", [](C x) { return exp2(x); }, [](C x, M m) { return exp2(x, m); }, reference::exp2},
      {"log", [](C x) { return log(x); }, [](C x, M m) { return log(x, m); }, reference::log},
      {"log1p", [](C x) { return log1p(x); }, [](C x, M m) { return log1p(x, m); }, reference::log1p},
      {"log2", [](C x) { return log2(x); }, [](C x, M m) { return log2(x, m); }, reference::log2},
      {"tanh", [](C x) { return tanh(x); }, [](C x, M m) { return tanh(x, m); }, reference::tanh},
      {"sigmoid", [](C x) { return sigmoid(x); }, [](C x, M m) { return sigmoid(x, m); }, reference::sigmoid},
      {"erf", [](C x) { return erf(x); }, [](C x, M m) { return erf(x, m); }, reference::erf},
      {"logb", [](C x) { return logb(x); }, [](C x, M m) { return logb(x, m); }, reference::log_b},
      {"rint", [](C x) { return rint(x); }, [](C x, M m) { return round_to_integral(x, m); },
       reference::round_to_integral},
  };
  return functions;
}

template <Scalar T>
const std::vector<NamedBinary<T>>& binary_functions() {
  using C = const T&;
  using M = const Mode&;
  static const std::vector<NamedBinary<T>> functions{
      {"add", [](C x, C y) { return x + y; }, [](C x, C y, M m) { return add(x, y, m); }, reference::add},
      {"subtract", [](C x, C y) { return x - y; }, [](C x, C y, M m) { return subtract(x, y, m); },
       reference::subtract},
      {"multiply", [](C x, C y) { return x * y; }, [](C x, C y, M m) { return multiply(x, y, m); },
       reference::multiply},
      {"divide", [](C x, C y) { return x / y; }, [](C x, C y, M m) { return divide(x, y, m); }, reference::divide},
      {"remainder", [](C x, C y) { return remainder(x, y); }, [](C x, C y, M m) { return remainder(x, y, m); },
       reference::remainder},
      {"pow", [](C x, C y) { return pow(x, y); }, [](C x, C y, M m) { return pow(x, y, m); }, reference::pow},
      {"minimum", [](C x, C y) { return minimum(x, y); }, nullptr, reference::minimum},
      {"maximum", [](C x, C y) { return maximum(x, y); }, nullptr, reference::maximum},
      {"fmin", [](C x, C y) { return fmin(x, y); }, nullptr, reference::minimum_number},
      {"fmax", [](C x, C y) { return fmax(x, y); }, nullptr, reference::maximum_number},
  };
  return functions;
}

inline constexpr Mode nearest{};
inline constexpr Mode upward{Rounding::toward_positive, Tininess::before_rounding};

template <Scalar T>
void expect_result(Mismatches& mismatches, std::string_view name, const Mode& mode, const std::vector<Exact>& operands,
                   const T& got, const Flags& flags, const Rounded& wanted) {
  const Rounded result{got.exact(), flags};
  mismatches.expect(same(result, wanted),
                    [&] { return case_line(name, got.format(), mode, std::span(operands), result, wanted); });
}

template <Scalar T>
void check_unary(Mismatches& mismatches, const T& number, const Exact& x) {
  for (const auto& [name, plain, with_mode, meaning] : unary_functions<T>()) {
    const Rounded wanted = meaning(x, number.format(), nearest);
    expect_result(mismatches, name, nearest, {x}, plain(number), wanted.flags, wanted);
    const Flagged<T> up = with_mode(number, upward);
    expect_result(mismatches, name, upward, {x}, up.value, up.flags, meaning(x, number.format(), upward));
  }
}

template <Scalar T>
void check_binary(Mismatches& mismatches, const T& left, const T& right, const Exact& x, const Exact& y) {
  const Format& f = left.format();
  for (const auto& [name, plain, with_mode, meaning] : binary_functions<T>()) {
    const Rounded wanted = meaning(x, y, f, nearest);
    expect_result(mismatches, name, nearest, {x, y}, plain(left, right), wanted.flags, wanted);
    if (with_mode == nullptr) continue;
    const Flagged<T> up = with_mode(left, right, upward);
    expect_result(mismatches, name, upward, {x, y}, up.value, up.flags, meaning(x, y, f, upward));
  }
}

template <Scalar T>
void check_comparison(Mismatches& mismatches, const T& left, const T& right, const Exact& x, const Exact& y) {
  const std::partial_ordering order = reference::compare_quiet(x, y, left.format()).order;
  const bool right_result = (left <=> right) == order && (left == right) == (order == 0) &&
                            (left != right) == (order != 0) && (left < right) == (order < 0) &&
                            (left <= right) == (order <= 0) && (left > right) == (order > 0) &&
                            (left >= right) == (order >= 0);
  const bool equal_hashes = order != 0 || std::hash<T>()(left) == std::hash<T>()(right);
  mismatches.expect(right_result && equal_hashes, [&] {
    return fmt::format("{} {}: {} {}", equal_hashes ? "comparison" : "hashes of equals", to_text(left.format()),
                       datum_text(left.format(), x), datum_text(left.format(), y));
  });
}

/// All operators and functions on all pairs of a small format; `number(code)` makes the scalar of a code point.
template <class Make>
void check_all_pairs(Mismatches& mismatches, const Format& f, Make number) {
  using T = decltype(number(0));
  std::vector<T> numbers;
  std::vector<Exact> data;
  for (int code = 0; code < 1 << width(f); ++code) {
    numbers.push_back(number(code));
    data.push_back(decode(f, code));
    check_unary<T>(mismatches, numbers.back(), data.back());
  }
  for (std::size_t i = 0; i < data.size(); ++i) {
    for (std::size_t j = 0; j < data.size(); ++j) {
      check_binary<T>(mismatches, numbers[i], numbers[j], data[i], data[j]);
      check_comparison<T>(mismatches, numbers[i], numbers[j], data[i], data[j]);
      const Exact& z = data[(i + 7 * j) % data.size()];
      const Flagged<T> up = fma(numbers[i], numbers[j], numbers[(i + 7 * j) % data.size()], upward);
      expect_result(mismatches, "fma", upward, {data[i], data[j], z}, up.value, up.flags,
                    reference::fused_multiply_add(data[i], data[j], z, f, upward));
    }
  }
}

}  // namespace precipice::testing
