#include "precipice/training/loss.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "precipice/arithmetic/reference.hpp"
#include "precipice/format/catalogue.hpp"

using namespace precipice;

namespace {

struct Row {
  std::vector<double> logits;
  std::uint32_t label;
};

template <class A, class V>
std::vector<double> gradient(const A& a, const Loss& loss, const Row& row, std::size_t batch) {
  Matrix<V> logits(1, row.logits.size()), out(1, row.logits.size());
  for (std::size_t k = 0; k < row.logits.size(); ++k) logits(0, k) = exactly<V>(row.logits[k]);
  SoftmaxCrossEntropy<A, V> head(a, loss, batch);
  const std::vector<std::uint32_t> labels{row.label};
  head.gradient(std::as_const(logits).view(), labels, out.view());
  std::vector<double> result;
  for (const V& g : out.values()) result.push_back(nearest_double(g));
  return result;
}

/// Every addition of an order, one by one.
Exact sum_written_out(const Format& f, const SumOrder& order, const std::vector<Exact>& t, std::size_t label) {
  const auto rne = Rounding::nearest_even;
  const auto add = [&](const Exact& x, const Exact& y) { return reference::add(x, y, f, rne).value; };
  const auto sub = [&](const Exact& x, const Exact& y) { return reference::subtract(x, y, f, rne).value; };
  std::vector<Exact> in_order = t;
  switch (order.kind) {
    case SumOrder::Kind::exact: return reference::sum(t, f, rne).value;
    case SumOrder::Kind::pairwise: {
      if (t.size() == 1) return t[0];
      const auto middle = t.begin() + static_cast<std::ptrdiff_t>(t.size() / 2);
      return add(sum_written_out(f, order, {t.begin(), middle}, 0), sum_written_out(f, order, {middle, t.end()}, 0));
    }
    case SumOrder::Kind::lanes: {  // two of them
      std::vector<Exact> even, odd;
      for (std::size_t k = 0; k < t.size(); ++k) (k % 2 == 0 ? even : odd).push_back(t[k]);
      return add(sum_written_out(f, SumOrder::sequential, even, 0), sum_written_out(f, SumOrder::sequential, odd, 0));
    }
    case SumOrder::Kind::butterfly: {  // of less than 32 terms
      in_order.resize(32);
      for (std::size_t half = 16; half > 0; half /= 2) {
        for (std::size_t k = 0; k < half; ++k) in_order[k] = add(in_order[k], in_order[k + half]);
      }
      return in_order[0];
    }
    case SumOrder::Kind::kahan: {
      Exact s = t[0], c;
      for (std::size_t k = 1; k < t.size(); ++k) {
        const Exact y = sub(t[k], c), u = add(s, y);
        c = sub(sub(u, s), y);
        s = u;
      }
      return s;
    }
    case SumOrder::Kind::correct_first:
      in_order.erase(in_order.begin() + static_cast<std::ptrdiff_t>(label));
      in_order.insert(in_order.begin(), t[label]);
      break;
    case SumOrder::Kind::reverse: std::ranges::reverse(in_order); break;
    case SumOrder::Kind::sequential: break;
  }
  Exact total = in_order[0];
  for (std::size_t k = 1; k < in_order.size(); ++k) total = add(total, in_order[k]);
  return total;
}

/// The operations of the shift formulation written out one by one on exact numbers: slow, and shares no code with the
/// class.
std::vector<double> transcribed(const Format& f, const Loss& loss, const Row& row, std::size_t batch) {
  const auto rne = Rounding::nearest_even;
  const auto number = [](double x) { return Exact::from(x); };
  Exact m = number(row.logits[0]);
  for (const double z : row.logits) {
    if (compare(m, number(z)) < 0) m = number(z);
  }
  std::vector<Exact> s, t;
  for (const double z : row.logits) {
    s.push_back(reference::subtract(number(z), m, f, rne).value);
    t.push_back(reference::exp(s.back(), f, rne).value);
  }
  const Exact total = sum_written_out(f, loss.order, t, row.label);
  const Exact log_sum = reference::log(total, f, rne).value;
  const Exact b = reference::divide(number(1), number(static_cast<double>(batch)), f, rne).value;
  std::vector<double> g;
  for (std::size_t k = 0; k < s.size(); ++k) {
    const Exact p = reference::exp(reference::subtract(s[k], log_sum, f, rne).value, f, rne).value;
    const Exact y = number(k == row.label ? 1 : 0);
    Exact result;
    if (loss.mean == MeanPlace::before) {
      const Exact yb = k == row.label ? b : Exact();
      result = reference::subtract(reference::multiply(p, b, f, rne).value, yb, f, rne).value;
    } else if (loss.mean == MeanPlace::after) {
      result = reference::multiply(reference::subtract(p, y, f, rne).value, b, f, rne).value;
    } else {
      result = reference::subtract(p, y, f, rne).value;
    }
    g.push_back(to_double(result));
  }
  return g;
}

const std::vector<Row> rows{
    {{0.3, -1.7, 2.25}, 2},
    {{5.125, 5.125}, 0},
    {{1e-3, 17.3, 0.7, 0.1, -4.0}, 1},
    {{-3.0000001, 8.7, 8.6999, -100, 8.7}, 4},
    {{200.1, -200.7, 0.5, 7.25, 3, 3, 3, 3, 3, 199.9}, 0},
    {{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0}, 9},
};

/// Margin of the correct class with K - 1 equal rivals from which its gradient is exactly zero, to a thousandth.
double collapsing_margin(const Format& f, const SumOrder& order, std::size_t classes, std::uint32_t label) {
  const Loss loss{Formulation::shift, order, MeanPlace::outside};
  double low = 0, high = 200;
  while (high - low > 1e-3) {
    const double margin = (low + high) / 2;
    Row row{std::vector<double>(classes, 0.0), label};
    row.logits[label] = margin;
    const bool collapsed = gradient<Carried<double>, double>(Carried<double>(f), loss, row, 1)[label] == 0;
    (collapsed ? high : low) = margin;
  }
  return high;
}

}  // namespace

TEST_CASE("the loss gradient has the bits of its operations written out one by one") {
  for (const char* const name : {"e8m7", "e8m23", "e4m3", "e5m2", "e5m10", "e3m4"}) {
    const Format f = parse_format(name);
    for (const SumOrder& order : {SumOrder::sequential, SumOrder::reverse, SumOrder::correct_first, SumOrder::pairwise,
                                  SumOrder::in_lanes(2), SumOrder::butterfly, SumOrder::kahan, SumOrder::exact}) {
      for (const MeanPlace mean : {MeanPlace::before, MeanPlace::after, MeanPlace::outside}) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
          const Loss loss{Formulation::shift, order, mean};
          CAPTURE(name);
          CAPTURE(to_text(order));
          CAPTURE(i);
          const std::vector<double> expected = transcribed(f, loss, rows[i], 50);
          CHECK(gradient<Carried<double>, double>(Carried<double>(f), loss, rows[i], 50) == expected);
          CHECK(gradient<Reference, double>(Reference(f), loss, rows[i], 50) == expected);
          CHECK(gradient<Reference, Exact>(Reference(f), loss, rows[i], 50) == expected);
        }
      }
    }
  }
}

TEST_CASE("in binary64 the gradient is softmax minus one-hot, over B") {
  const Row row{{0.5, -1.0, 2.0}, 1};
  const double sum = std::exp(0.5) + std::exp(-1.0) + std::exp(2.0);
  const auto g = gradient<Native<double>, double>(Native<double>{}, Loss{}, row, 4);
  for (std::size_t k = 0; k < 3; ++k) {
    const double exact = (std::exp(row.logits[k]) / sum - (k == 1 ? 1 : 0)) / 4;
    CHECK(g[k] == doctest::Approx(exact).epsilon(1e-14));  // a few ulps: the reference here is the C library's
  }
}

TEST_CASE("two classes collapse at p ln 2, the truncation threshold one ln 2 earlier is not it") {
  for (const int p : {8, 11, 17, 24}) {
    const double onset = collapsing_margin(ieee_like(p, 8), SumOrder::sequential, 2, 0);
    CAPTURE(p);
    // The difference of logits is rounded first, by at most half an ulp of a number below 32; then exp rounds.
    CHECK(std::fabs(onset - p * 0.6931471805599453) < std::ldexp(16, -p) + std::ldexp(1, 1 - p) + 1e-3);
  }
}

TEST_CASE("the place of the correct class decides when it collapses") {
  const Format f = binary32;
  const double first = collapsing_margin(f, SumOrder::sequential, 10, 0),
               last = collapsing_margin(f, SumOrder::sequential, 10, 9);
  const double marked = collapsing_margin(f, SumOrder::correct_first, 10, 9),
               exact = collapsing_margin(f, SumOrder::exact, 10, 3);
  const double ln9 = 2.1972245773362196, onset = 24 * 0.6931471805599453;
  constexpr double margin_step = 2e-3;  // of the search above, and the rounding of logits near 19 in binary32
  CHECK(std::fabs(first - onset) < margin_step);
  CHECK(std::fabs(marked - onset) < margin_step);
  CHECK(std::fabs(last - (onset + ln9)) < margin_step);
  CHECK(std::fabs(exact - (onset + ln9)) < margin_step);
}

TEST_CASE("the same loss collapses at another margin on another vector width") {
  const Format f = binary32;
  const double ln9 = 2.1972245773362196, onset = 24 * 0.6931471805599453;
  constexpr double margin_step = 2e-3;  // as above
  // A reversed row collapses as the row from its other end.
  CHECK(std::fabs(collapsing_margin(f, SumOrder::reverse, 10, 9) - onset) < margin_step);
  CHECK(std::fabs(collapsing_margin(f, SumOrder::reverse, 10, 0) - (onset + ln9)) < margin_step);
  // In trees between the two: the 1 meets five of the nine wrong terms at once, in the last addition.
  CHECK(std::fabs(collapsing_margin(f, SumOrder::in_lanes(8), 10, 3) - (onset + std::log(5))) < margin_step);
  CHECK(std::fabs(collapsing_margin(f, SumOrder::butterfly, 10, 3) - (onset + std::log(5))) < margin_step);
  CHECK(std::fabs(collapsing_margin(f, SumOrder::pairwise, 10, 3) - (onset + std::log(5))) < margin_step);
}

TEST_CASE("a logit that is NaN makes every gradient of its sample NaN") {
  for (std::size_t where = 0; where < 3; ++where) {
    Row row{{1, 2, 3}, 0};
    row.logits[where] = std::nan("");
    for (const double g : gradient<Carried<double>, double>(Carried<double>(bfloat16), Loss{}, row, 1))
      CHECK(std::isnan(g));
  }
}
