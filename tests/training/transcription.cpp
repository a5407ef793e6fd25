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
  [[nodiscard]] std::vector<Exact> stablemax_terms() const {
    std::vector<Exact> t;
    for (const Exact& x : z) {
      t.push_back(is_below(x, Exact()) ? in_exp.div(number(1), in_exp.sub(number(1), x)) : in_exp.add(x, number(1)));
    }
    return t;
  }
  void stablemax() {
    const std::vector<Exact> t = stablemax_terms();
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
  void reciprocal() {
    const Rounds& a = in_gradient;
    const std::vector<Exact> t = exponentials(differences());
    const Exact total = sum(t), log_z = in_loss.add(m, in_log.log(total));
    const bool is_first = loss.mean == MeanPlace::before;
    Exact cotangent = is_first ? b : number(1);
    if (loss.z_loss != 0) {
      Exact more = a.mul(log_z, number(2 * loss.z_loss));
      if (is_first) more = a.mul(more, b);
      cotangent = a.add(cotangent, more);
    }
    const Exact u = a.div(cotangent, total);
    for (std::size_t k = 0; k < z.size(); ++k) {
      const Exact y = upstream(k);
      g[k] = scaled(loss.is_fused ? a.fma(u, t[k], y.negated()) : a.sub(a.mul(u, t[k]), y));
    }
  }
  /// y_k, with b in it where b goes first.
  [[nodiscard]] Exact upstream(std::size_t k) const {
    if (loss.mean != MeanPlace::before) return target(k);
    if (loss.smoothing == 0) return is_label(k) ? b : Exact();
    return in_gradient.mul(target(k), b);
  }
  struct Softmax {
    Exact maximum, sum;
    std::vector<Exact> p;
  };
  /// Each of its operations rounded; what comes in is rounded, too, and the sum once more.
  [[nodiscard]] Softmax rounded_softmax() const {
    std::vector<Exact> s;
    const Exact maximum = in_loss.convert(m);
    for (const Exact& x : z) s.push_back(in_loss.sub(in_loss.convert(x), maximum));
    const std::vector<Exact> t = exponentials(s);
    Softmax result{maximum, in_loss.convert(sum(t)), {}};
    for (const Exact& x : t) result.p.push_back(in_gradient.div(x, result.sum));
    return result;
  }
  void composed() {
    const Rounds& a = in_gradient;
    const auto [maximum, total, p] = rounded_softmax();
    std::vector<Exact> h(p.size()), products;
    for (std::size_t k = 0; k < p.size(); ++k) {
      if (is_label(k) || loss.smoothing != 0) h[k] = a.div(upstream(k).negated(), p[k]);
      products.push_back(a.mul(h[k], p[k]));
    }
    const Exact dot = a.convert(sum(products));
    for (std::size_t k = 0; k < p.size(); ++k) {
      g[k] = a.mul(p[k], a.sub(h[k], dot));
      if (loss.z_loss != 0) {
        Exact pull = a.mul(in_loss.add(maximum, in_log.log(total)), number(2 * loss.z_loss));
        if (loss.mean == MeanPlace::before) pull = a.mul(pull, b);
        g[k] = loss.is_fused ? a.fma(pull, p[k], g[k]) : a.add(g[k], a.mul(pull, p[k]));
      }
      g[k] = scaled(g[k]);
    }
  }

  // --- the value
  // ------------------------------------------------------------------------------------------------------

  /// What each class costs, and log Z.
  struct Costs {
    std::vector<Exact> of_class;
    Exact log_z;
  };
  [[nodiscard]] Exact minus(const Exact& x) const { return in_loss.sub(Exact(), x); }
  [[nodiscard]] Costs from_quotients(const std::vector<Exact>& t, const Exact& total, const Exact& log_z) const {
    Costs costs{{}, log_z};
    for (const Exact& x : t) costs.of_class.push_back(minus(in_log.log(in_gradient.div(x, total))));
    return costs;
  }
  [[nodiscard]] Costs costs() const {
    const std::vector<Exact> s = differences(), t = exponentials(s);
    const Exact log_sum = in_log.log(sum(t)), log_z = in_loss.add(m, log_sum);
    Costs result{{}, log_z};
    const auto for_classes = [&](const auto& cost) {
      for (std::size_t k = 0; k < z.size(); ++k) result.of_class.push_back(cost(k));
      return result;
    };
    switch (loss.formulation) {
      case Formulation::shift: return for_classes([&](std::size_t k) { return minus(in_loss.sub(s[k], log_sum)); });
      case Formulation::lse_added: return for_classes([&](std::size_t k) { return minus(in_loss.sub(z[k], log_z)); });
      case Formulation::reciprocal: return for_classes([&](std::size_t k) { return in_loss.sub(log_z, z[k]); });
      case Formulation::division: return for_classes([&](std::size_t k) { return in_loss.sub(log_sum, s[k]); });
      case Formulation::accurate: {
        std::vector<Exact> wrong = t;
        wrong[row.label] = Exact();
        const Exact log_of_both = in_log.log(in_sum.add(sum(wrong), t[row.label]));
        result.log_z = in_loss.add(m, log_of_both);
        return for_classes([&](std::size_t k) { return in_loss.sub(log_of_both, s[k]); });
      }
      case Formulation::naive: {
        const std::vector<Exact> of_logits = exponentials(z);
        const Exact total = sum(of_logits);
        return from_quotients(of_logits, total, in_log.log(total));
      }
      case Formulation::stablemax: {
        const std::vector<Exact> a = stablemax_terms();
        return from_quotients(a, sum(a), Exact());
      }
      case Formulation::composed: break;
    }
    const auto [maximum, total, p] = rounded_softmax();
    for (const Exact& x : p) result.of_class.push_back(minus(in_log.log(x)));
    result.log_z = in_loss.add(maximum, in_log.log(total));
    return result;
  }
  [[nodiscard]] Exact value() const {
    const auto [of_class, log_z] = costs();
    Exact result = of_class[row.label];
    if (loss.smoothing != 0) {
      std::vector<Exact> weighted;
      for (std::size_t k = 0; k < z.size(); ++k) weighted.push_back(in_loss.mul(target(k), of_class[k]));
      result = sum(weighted);
    }
    if (loss.z_loss == 0 || loss.formulation == Formulation::stablemax) return result;
    const Exact square = in_loss.mul(log_z, log_z), c = number(loss.z_loss);
    return loss.is_fused ? in_loss.fma(c, square, result) : in_loss.add(result, in_loss.mul(c, square));
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
    case Formulation::reciprocal: t.reciprocal(); break;
    case Formulation::composed: t.composed(); break;
  }
  if (loss.projection == Projection::zero_sum) t.project();
  std::vector<double> result;
  for (const Exact& x : t.g) result.push_back(to_double(x));
  return result;
}

double transcribed_loss(const RoleFormats& roles, const Loss& loss, const LogitRow& row) {
  return to_double(Transcription(roles, loss, row, 1).value());
}

}  // namespace precipice::testing
