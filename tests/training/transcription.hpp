#pragma once

#include <algorithm>
#include <vector>

#include "precipice/arithmetic/reference.hpp"
#include "precipice/training/loss.hpp"
#include "precipice/training/precision.hpp"

namespace precipice::testing {

/// An operation on exact numbers, rounded into a role's format: slow, and shares no code with the losses.
struct Rounds {
  RoleFormat to;

  [[nodiscard]] Exact add(const Exact& x, const Exact& y) const {
    return reference::add(x, y, to.format, to.rounding).value;
  }
  [[nodiscard]] Exact sub(const Exact& x, const Exact& y) const {
    return reference::subtract(x, y, to.format, to.rounding).value;
  }
  [[nodiscard]] Exact mul(const Exact& x, const Exact& y) const {
    return reference::multiply(x, y, to.format, to.rounding).value;
  }
  [[nodiscard]] Exact div(const Exact& x, const Exact& y) const {
    return reference::divide(x, y, to.format, to.rounding).value;
  }
  [[nodiscard]] Exact fma(const Exact& x, const Exact& y, const Exact& z) const {
    return reference::fused_multiply_add(x, y, z, to.format, to.rounding).value;
  }
  [[nodiscard]] Exact exp(const Exact& x) const { return reference::exp(x, to.format, to.rounding).value; }
  [[nodiscard]] Exact log(const Exact& x) const { return reference::log(x, to.format, to.rounding).value; }
  [[nodiscard]] Exact convert(const Exact& x) const { return reference::convert(x, to.format, to.rounding).value; }
};

/// Every addition of an order, one by one.
inline Exact sum_written_out(const Rounds& a, const SumOrder& order, const std::vector<Exact>& t, std::size_t label) {
  std::vector<Exact> in_order = t;
  switch (order.kind) {
    case SumOrder::Kind::exact: return reference::sum(t, a.to.format, a.to.rounding).value;
    case SumOrder::Kind::pairwise: {
      if (t.size() == 1) return a.convert(t[0]);
      const auto middle = t.begin() + static_cast<std::ptrdiff_t>(t.size() / 2);
      return a.add(sum_written_out(a, order, {t.begin(), middle}, 0), sum_written_out(a, order, {middle, t.end()}, 0));
    }
    case SumOrder::Kind::lanes: {
      const auto lanes = static_cast<std::size_t>(order.lane_count);
      std::vector<Exact> sums;
      for (std::size_t lane = 0; lane < std::min(lanes, t.size()); ++lane) {
        std::vector<Exact> own;
        for (std::size_t k = lane; k < t.size(); k += lanes) own.push_back(t[k]);
        sums.push_back(sum_written_out(a, SumOrder::sequential, own, 0));
      }
      for (std::size_t half = lanes / 2; half > 0; half /= 2) {
        for (std::size_t k = 0; k < half && k + half < sums.size(); ++k) sums[k] = a.add(sums[k], sums[k + half]);
        sums.resize(std::min(sums.size(), half));
      }
      return sums[0];
    }
    case SumOrder::Kind::butterfly: {
      std::vector<Exact> sums(32);
      for (std::size_t lane = 0; lane < std::min<std::size_t>(32, t.size()); ++lane) {
        std::vector<Exact> own;
        for (std::size_t k = lane; k < t.size(); k += 32) own.push_back(t[k]);
        sums[lane] = sum_written_out(a, SumOrder::sequential, own, 0);
      }
      for (std::size_t half = 16; half > 0; half /= 2) {
        for (std::size_t k = 0; k < half; ++k) sums[k] = a.add(sums[k], sums[k + half]);
      }
      return sums[0];
    }
    case SumOrder::Kind::kahan: {
      Exact s = a.convert(t[0]), c;
      for (std::size_t k = 1; k < t.size(); ++k) {
        const Exact y = a.sub(t[k], c), u = a.add(s, y);
        c = a.sub(a.sub(u, s), y);
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
  Exact total = a.convert(in_order[0]);
  for (std::size_t k = 1; k < in_order.size(); ++k) total = a.add(total, in_order[k]);
  return total;
}

/// Logits and the class that is right.
struct LogitRow {
  std::vector<double> logits;
  std::uint32_t label;
};

/// dL/dz of a row, every operation of the formulation written out in the order of its definition.
std::vector<double> transcribed_gradient(const RoleFormats& roles, const Loss& loss, const LogitRow& row,
                                         std::size_t batch);

}  // namespace precipice::testing
