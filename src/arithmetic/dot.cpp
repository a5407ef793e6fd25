#include "precipice/arithmetic/dot.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "arithmetic/numbered.hpp"
#include "precipice/format/error.hpp"

namespace precipice {
namespace {

bool has_running_sums_only(const SumOrder& order) {
  switch (order.kind) {
    case SumOrder::Kind::sequential:
    case SumOrder::Kind::reverse:
    case SumOrder::Kind::correct_first:
    case SumOrder::Kind::lanes:
    case SumOrder::Kind::butterfly:
    case SumOrder::Kind::vector:
    case SumOrder::Kind::strided:
    case SumOrder::Kind::windows: return true;
    case SumOrder::Kind::packets:
    case SumOrder::Kind::cascade:
    case SumOrder::Kind::pairwise:
    case SumOrder::Kind::kahan:
    case SumOrder::Kind::exact: break;
  }
  return false;
}

}  // namespace

std::string refusal(const Accumulation& how) {
  if (how.block < 1) return "a block holds at least one product";
  if (how.alignment && how.alignment->extra_bits < 0) return "the number of extra bits is at least 0";
  if ((how.block > 1 || how.alignment) && !has_running_sums_only(how.order)) {
    return fmt::format(
        "order '{}' adds no blocks to a running sum; sequential, reverse, correct-first, lanes, butterfly, vector, "
        "strided and windows do",
        to_text(how.order));
  }
  return {};
}

namespace reference {
namespace {

using detail::Numbered;
using detail::Roundings;

/// What meets in an exact addition, with the exponent by which it is aligned.
struct Addend {
  Exact value;
  std::int64_t exponent = 0;
};

/// The same numbers and range; operands are taken as they are.
Format without_flushed_operands(const Format& f) {
  return with_subnormals(f, flushes_results(f) ? Subnormals::flush_results : Subnormals::gradual);
}

/// Toward zero to a multiple of 2^quantum.
Exact truncated(const Exact& x, std::int64_t quantum) {
  const std::int64_t dropped = quantum - x.exponent();
  if (x.kind() != Exact::Kind::finite || dropped <= 0) return x;
  if (dropped >= bit_length(x.significand())) return Exact::zero(x.sign());
  return Exact::finite(x.sign(), x.significand() >> static_cast<std::size_t>(dropped), quantum);
}

/// The products of a dot product, as `add_up` wants its terms.
class Products {
 public:
  Products(const DotOperands& operands, const Accumulation& how, const Format& format, const Mode& mode,
           Roundings& roundings)
      : operands_(operands),
        how_(how),
        format_(format),
        mode_(mode),
        roundings_(roundings),
        sums_(format, mode, roundings),
        start_(operands.start) {
    for (std::size_t k = 0; k < operands.x.size(); ++k) {
      addends_.push_back(how.products ? rounded_product(operands.x[k], operands.y[k])
                                      : exact_product(operands.x[k], operands.y[k]));
    }
  }

  template <class Index>
  [[nodiscard]] Exact run(std::size_t count, const Index& index) const {
    return run_on(std::exchange(start_, {}), count, index);
  }
  template <class Index>
  [[nodiscard]] Exact run_on(std::optional<Exact> total, std::size_t count, const Index& index) const {
    for (std::size_t i = 0; i < count;) {
      std::vector<Addend> block;
      for (const std::size_t end = std::min(count, i + how_.block); i < end; ++i) block.push_back(addends_[index(i)]);
      total = added(total, std::move(block));
    }
    return *std::move(total);
  }
  [[nodiscard]] Exact run_from_marked() const {
    const auto index = [&](std::size_t i) { return precipice::detail::index_from_marked(i, operands_.marked); };
    return run(addends_.size(), index);
  }
  [[nodiscard]] Exact zero() const { return {}; }
  [[nodiscard]] std::vector<Exact> sums(std::size_t count) const { return std::vector<Exact>(count); }
  [[nodiscard]] Exact join(const Exact& u, const Exact& v) const { return sums_.add(u, v); }
  [[nodiscard]] Exact compensated() const {
    const auto term_minus = [&](std::size_t k, const Exact& c) {
      return how_.products ? sums_.sub(addends_[k].value, c) : sums_.fma(operands_.x[k], operands_.y[k], c.negated());
    };
    const std::size_t first = start_ ? 0 : 1;
    Exact s = start_ ? *start_ : added({}, {addends_[0]});
    return precipice::detail::SumFormula::compensated(sums_, std::move(s), zero(), first, addends_.size(), term_minus);
  }
  [[nodiscard]] Exact exact() const {
    if (!how_.products) return added(start_, addends_);
    std::vector<Exact> values = values_of(addends_);
    if (start_) values.push_back(*start_);
    return sums_.sum_exactly(values);
  }

 private:
  [[nodiscard]] Addend rounded_product(const Exact& x, const Exact& y) const {
    Exact product = Numbered(how_.products->format, how_.products->mode, roundings_).mul(x, y);
    const std::int64_t exponent = product.kind() == Exact::Kind::finite ? product.top_exponent() : 0;
    return {std::move(product), exponent};
  }
  [[nodiscard]] Addend exact_product(const Exact& x, const Exact& y) const {
    const Exact a = as_operand(x, format_), b = as_operand(y, format_);
    const bool is_invalid = (a.is_infinity() && b.is_zero()) || (a.is_zero() && b.is_infinity());
    if (is_invalid || a.is_nan() || b.is_nan()) {
      roundings_.flags.invalid = roundings_.flags.invalid || is_invalid || a.is_signalling() || b.is_signalling();
      return {Exact::nan()};
    }
    const Sign sign = product_sign(a.sign(), b.sign());
    if (a.is_infinity() || b.is_infinity()) return {Exact::infinity(sign)};
    if (a.is_zero() || b.is_zero()) return {Exact::zero(sign)};
    return {Exact::finite(sign, a.significand() * b.significand(), a.exponent() + b.exponent()),
            factor_exponent(a) + factor_exponent(b)};
  }
  [[nodiscard]] std::int64_t factor_exponent(const Exact& x) const {
    return how_.alignment ? std::max(x.top_exponent(), how_.alignment->least_factor_exponent) : 0;
  }
  [[nodiscard]] Addend running_sum(Exact sum) const {
    const bool is_finite = sum.kind() == Exact::Kind::finite;
    const std::int64_t exponent = is_finite ? std::max<std::int64_t>(sum.top_exponent(), format_.emin) : 0;
    return {std::move(sum), exponent};
  }

  /// The exact sum of a block, rounded once. Exact products are no operands, nor is what begins a running sum.
  [[nodiscard]] Exact added(const std::optional<Exact>& sum, std::vector<Addend> block) const {
    if (how_.products && (sum || block.size() > 1)) {
      for (Addend& product : block) product.value = as_operand(product.value, format_);
    }
    if (sum) block.push_back(running_sum(as_operand(*sum, format_)));
    if (how_.alignment) align(block);
    const Format f = without_flushed_operands(format_);
    return roundings_.seen(reference::sum(values_of(block), f, roundings_.next(mode_)));
  }

  void align(std::vector<Addend>& block) const {
    std::int64_t largest = format_.emin;
    for (const Addend& a : block) {
      if (a.value.kind() == Exact::Kind::finite) largest = std::max(largest, a.exponent);
    }
    const std::int64_t quantum = largest - trailing_bits(format_) - how_.alignment->extra_bits;
    for (Addend& a : block) {
      Exact kept = truncated(a.value, quantum);
      roundings_.flags.inexact = roundings_.flags.inexact || !(kept == a.value);
      a.value = std::move(kept);
    }
  }

  static std::vector<Exact> values_of(std::span<const Addend> addends) {
    std::vector<Exact> values;
    for (const Addend& a : addends) values.push_back(a.value);
    return values;
  }

  DotOperands operands_;
  Accumulation how_;
  Format format_;
  Mode mode_;
  Roundings& roundings_;
  Numbered sums_;
  mutable std::optional<Exact> start_;  // until the first running sum has taken it
  std::vector<Addend> addends_;
};

}  // namespace

Rounded dot(const DotOperands& operands, const Accumulation& how, const Format& format, const Mode& mode) {
  assert(operands.x.size() == operands.y.size() && (operands.x.empty() || operands.marked < operands.x.size()));
  if (const std::string reason = refusal(how); !reason.empty()) {
    throw ConfigError(fmt::format("dot product: {}", reason));
  }
  Roundings roundings;
  Exact value;
  if (operands.x.empty()) {
    value = Numbered(format, mode, roundings).convert(operands.start.value_or(Exact()));
  } else {
    const Products products(operands, how, format, mode, roundings);
    value = precipice::detail::SumFormula::total<Exact>(how.order, operands.x.size(), products);
  }
  return {std::move(value), roundings.flags};
}
}  // namespace reference
}  // namespace precipice
