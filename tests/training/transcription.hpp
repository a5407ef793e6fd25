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

inline Exact sum_written_out(const Rounds& a, const SumOrder& order, const std::vector<Exact>& t, std::size_t label);

/// The terms first, first + step, ... one by one.
inline Exact every_written_out(const Rounds& a, const std::vector<Exact>& t, std::size_t first, std::size_t step,
                               std::size_t end) {
  Exact total = a.convert(t[first]);
  for (std::size_t k = first + step; k < end; k += step) total = a.add(total, t[k]);
  return total;
}

inline Exact one_by_one_written_out(const Rounds& a, const std::vector<Exact>& sums) {
  Exact total = sums[0];
  for (std::size_t k = 1; k < sums.size(); ++k) total = a.add(total, sums[k]);
  return total;
}

/// Of so few classes that no level of a cascade fills: fewer than 64 in each lane.
inline Exact row_written_out(const Rounds& a, const std::vector<Exact>& t) {
  const std::size_t whole = t.size() / 4 * 4;
  if (whole == 0) return every_written_out(a, t, 0, 1, t.size());
  Exact total = every_written_out(a, t, 0, 4, whole);
  for (std::size_t k = whole; k < t.size(); ++k) total = a.add(total, t[k]);
  for (const std::size_t part : {1U, 2U, 3U}) total = a.add(total, every_written_out(a, t, part, 4, whole));
  return total;
}

/// Lanes with whole rounds only, and the terms that are left over.
struct WholeRounds {
  std::vector<std::vector<Exact>> lanes;
  std::vector<Exact> rest;

  WholeRounds(const std::vector<Exact>& t, std::size_t count) : lanes(count) {
    const std::size_t whole = t.size() / count * count;
    for (std::size_t k = 0; k < t.size(); ++k) (k < whole ? lanes[k % count] : rest).push_back(t[k]);
  }
};

inline Exact packets_written_out(const Rounds& a, const std::vector<Exact>& t, std::size_t size) {
  if (t.size() < size) return every_written_out(a, t, 0, 1, t.size());
  const WholeRounds rounds(t, size);
  std::vector<Exact> sums;
  for (const std::vector<Exact>& lane : rounds.lanes) {
    const std::size_t fours = lane.size() / 4 * 4;
    Exact sum = fours == 0 ? a.convert(lane[0]) : every_written_out(a, lane, 0, 4, fours);
    if (fours != 0) {
      for (const std::size_t k : {1U, 2U, 3U}) sum = a.add(sum, every_written_out(a, lane, k, 4, fours));
    }
    for (std::size_t k = fours == 0 ? 1 : fours; k < lane.size(); ++k) sum = a.add(sum, lane[k]);
    sums.push_back(sum);
  }
  for (; sums.size() > 1; sums.resize(sums.size() / 2)) {
    for (std::size_t k = 0; k < sums.size() / 2; ++k) sums[k] = a.add(sums[k], sums[k + sums.size() / 2]);
  }
  if (rounds.rest.empty()) return sums[0];
  return a.add(every_written_out(a, rounds.rest, 0, 1, rounds.rest.size()), sums[0]);
}

/// At most length windows.
inline Exact windows_written_out(const Rounds& a, const std::vector<Exact>& t, std::size_t length) {
  if (t.size() <= length) return every_written_out(a, t, 0, 1, t.size());
  std::vector<Exact> sums;
  std::size_t end = length - (length - t.size() % length) % length / 2;
  for (std::size_t first = 0; first < t.size(); first = end, end = std::min(t.size(), end + length)) {
    sums.push_back(every_written_out(a, t, first, 1, end));
  }
  return sums.size() <= length ? one_by_one_written_out(a, sums) : windows_written_out(a, sums, length);
}

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
    case SumOrder::Kind::vector:
      if (t.size() < static_cast<std::size_t>(order.lane_count)) break;
      return sum_written_out(a, SumOrder::in_lanes(order.lane_count), t, 0);
    case SumOrder::Kind::strided: {
      const auto lanes = static_cast<std::size_t>(order.lane_count);
      std::vector<Exact> sums;
      for (std::size_t lane = 0; lane < std::min(lanes, t.size()); ++lane) {
        sums.push_back(every_written_out(a, t, lane, lanes, t.size()));
      }
      return one_by_one_written_out(a, sums);
    }
    case SumOrder::Kind::packets: return packets_written_out(a, t, static_cast<std::size_t>(order.lane_count));
    case SumOrder::Kind::windows: return windows_written_out(a, t, static_cast<std::size_t>(order.lane_count));
    case SumOrder::Kind::cascade: {
      const WholeRounds rounds(t, static_cast<std::size_t>(order.lane_count));
      if (rounds.lanes[0].empty()) return row_written_out(a, t);
      std::vector<Exact> sums;
      for (const std::vector<Exact>& lane : rounds.lanes) sums.push_back(row_written_out(a, lane));
      if (!rounds.rest.empty()) {
        sums.insert(sums.begin(), every_written_out(a, rounds.rest, 0, 1, rounds.rest.size()));
      }
      return one_by_one_written_out(a, sums);
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

/// The loss of a row, likewise.
double transcribed_loss(const RoleFormats& roles, const Loss& loss, const LogitRow& row);

}  // namespace precipice::testing
