#include "training/transcription.hpp"

namespace precipice::testing {
namespace {

Exact number(double x) { return Exact::from(x); }
bool is_below(const Exact& x, const Exact& y) { return compare(x, y) < 0; }

struct Transcription {
  const Loss& loss;
  const LogitRow& row;
  Rounds in_loss, in_exp, in_sum, in_log, in_gradient;
  Exact b, on, off;
  std::vector<Exact> z, g;
  Exact m;

  Transcription(const RoleFormats& roles, const Loss& given, const LogitRow& given_row, std::size_t batch)
      : loss(given),
        row(given_row),
        in_loss{roles[Role::loss]},
        in_exp{roles[Role::loss_exp]},
        in_sum{roles[Role::loss_sum]},
        in_log{roles[Role::loss_log]},
        in_gradient{roles[Role::loss_gradient]},
        b(number(given.scale)),
        on(number(1)) {
    if (loss.mean != MeanPlace::outside) {
      b = in_gradient.div(number(1), number(static_cast<double>(batch)));
      if (loss.scale != 1) b = in_gradient.mul(b, number(loss.scale));
    }
    if (loss.smoothing != 0) {
      const auto classes = static_cast<double>(row.logits.size());
      on = in_gradient.convert(number(1 - loss.smoothing + loss.smoothing / classes));
      off = in_gradient.convert(number(loss.smoothing / classes));
    }
    m = number(row.logits[0]);
    for (const double x : row.logits) {
      if (is_below(m, number(x))) m = number(x);
    }
    for (const double x : row.logits) {
      const Exact least = loss.margin_clamp == 0 ? number(x) : in_loss.sub(m, number(loss.margin_clamp));
      z.push_back(is_below(number(x), least) ? least : number(x));
    }
    g.resize(z.size());
  }

  [[nodiscard]] bool is_label(std::size_t k) const { return k == row.label; }
  [[nodiscard]] Exact target(std::size_t k) const { return is_label(k) ? on : off; }

  [[nodiscard]] Exact scaled(const Exact& x) const {
    const bool has_factor = loss.mean == MeanPlace::after || (loss.mean == MeanPlace::outside && loss.scale != 1);
    return has_factor ? in_gradient.mul(x, b) : x;
  }

  /// p - y, with what z-loss adds and where b goes; log_z is only looked at if there is z-loss.
  [[nodiscard]] Exact gradient_of(std::size_t k, const Exact& p, const Exact& log_z) const {
    const Rounds& a = in_gradient;
    Exact pull;
    if (loss.z_loss != 0) {
      pull = a.mul(log_z, number(2 * loss.z_loss));
      if (loss.mean == MeanPlace::before) pull = a.mul(pull, b);
    }
    Exact result;
    if (loss.mean == MeanPlace::before) {
      const Exact yb = loss.smoothing == 0 ? (is_label(k) ? b : Exact()) : a.mul(target(k), b);
      result = loss.is_fused ? a.fma(p, b, a.sub(Exact(), yb)) : a.sub(a.mul(p, b), yb);
    } else {
      result = a.sub(p, target(k));
    }
    if (loss.z_loss != 0) result = loss.is_fused ? a.fma(pull, p, result) : a.add(result, a.mul(pull, p));
    return scaled(result);
  }

  [[nodiscard]] std::vector<Exact> differences() const {
    std::vector<Exact> s;
    for (const Exact& x : z) s.push_back(in_loss.sub(x, m));
    return s;
  }
  [[nodiscard]] std::vector<Exact> exponentials(const std::vector<Exact>& of) const {
    std::vector<Exact> t;
    for (const Exact& x : of) t.push_back(in_exp.exp(x));
    return t;
  }
  [[nodiscard]] Exact sum(const std::vector<Exact>& t) const {
    return sum_written_out(in_sum, loss.order, t, row.label);
  }

  void shift() {
    const std::vector<Exact> s = differences();
    const Exact log_sum = in_log.log(sum(exponentials(s)));
    for (std::size_t k = 0; k < z.size(); ++k) {
      g[k] = gradient_of(k, in_gradient.exp(in_loss.sub(s[k], log_sum)), in_loss.add(m, log_sum));
    }
  }
  void lse_added() {
    const Exact log_z = in_loss.add(m, in_log.log(sum(exponentials(differences()))));
    for (std::size_t k = 0; k < z.size(); ++k) {
      g[k] = gradient_of(k, in_gradient.exp(in_loss.sub(z[k], log_z)), log_z);
    }
  }
  void division() {
    const std::vector<Exact> t = exponentials(differences());
    const Exact total = sum(t);
    for (std::size_t k = 0; k < z.size(); ++k) {
      g[k] = gradient_of(k, in_gradient.div(t[k], total), in_loss.add(m, in_log.log(total)));
    }
  }
  void naive() {
    const std::vector<Exact> t = exponentials(z);
    const Exact total = sum(t);
    for (std::size_t k = 0; k < z.size(); ++k) {
      g[k] = gradient_of(k, in_gradient.div(t[k], total), in_log.log(total));
    }
  }
  void accurate() {
    const std::vector<Exact> t = exponentials(differences());
    std::vector<Exact> wrong = t;
    wrong[row.label] = Exact();
    const Exact total = in_sum.add(sum(wrong), t[row.label]);
    std::vector<Exact> others(z.size());
    for (std::size_t k = 0; k < z.size(); ++k) {
      if (is_label(k)) continue;
      g[k] = others[k] = gradient_of(k, in_gradient.div(t[k], total), in_loss.add(m, in_log.log(total)));
    }
    g[row.label] = in_gradient.sub(Exact(), sum_written_out(in_gradient, loss.order, others, row.label));
  }
  void stablemax() {
    std::vector<Exact> t;
    for (const Exact& x : z) {
      t.push_back(is_below(x, Exact()) ? in_exp.div(number(1), in_exp.sub(number(1), x)) : in_exp.add(x, number(1)));
    }
    const Exact total = sum(t);
    const Rounds& a = in_gradient;
    for (std::size_t k = 0; k < z.size(); ++k) {
      const bool is_negative = is_below(z[k], Exact());
      const Exact slope = is_negative ? a.mul(t[k], t[k]) : number(1);
      const Exact of_target = is_negative ? t[k] : a.div(number(1), t[k]);
      const Exact pulled = loss.smoothing != 0 ? a.mul(of_target, target(k)) : is_label(k) ? of_target : Exact();
      const Exact result = a.sub(a.div(slope, total), pulled);
      g[k] = loss.mean == MeanPlace::before ? a.mul(result, b) : scaled(result);
    }
  }
  void project() {
    const auto classes = number(static_cast<double>(g.size()));
    const Exact mean = in_gradient.div(sum_written_out(in_gradient, loss.order, g, row.label), classes);
    for (Exact& x : g) x = in_gradient.sub(x, mean);
  }
};

}  // namespace

std::vector<double> transcribed_gradient(const RoleFormats& roles, const Loss& loss, const LogitRow& row,
                                         std::size_t batch) {
  Transcription t(roles, loss, row, batch);
  switch (loss.formulation) {
    case Formulation::shift: t.shift(); break;
    case Formulation::lse_added: t.lse_added(); break;
    case Formulation::division: t.division(); break;
    case Formulation::naive: t.naive(); break;
    case Formulation::accurate: t.accurate(); break;
    case Formulation::stablemax: t.stablemax(); break;
  }
  if (loss.projection == Projection::zero_sum) t.project();
  std::vector<double> result;
  for (const Exact& x : t.g) result.push_back(to_double(x));
  return result;
}

}  // namespace precipice::testing
