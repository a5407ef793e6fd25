#include "precipice/arithmetic/sum.hpp"

#include "arithmetic/numbered.hpp"

namespace precipice::reference {

Rounded sum(std::span<const Exact> terms, const Format& format, const Mode& mode, const SumOrder& order,
            std::size_t marked) {
  detail::Roundings roundings;
  const detail::Numbered engine(format, mode, roundings);
  Exact value = terms.empty() ? engine.sum_exactly(terms) : precipice::sum(engine, terms, order, marked);
  return {std::move(value), roundings.flags};
}

}  // namespace precipice::reference
