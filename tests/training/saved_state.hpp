#pragma once

#include <string>

#include "precipice/number/hexadecimal.hpp"
#include "precipice/training/replay.hpp"
#include "precipice/training/state.hpp"
#include "training/transcribed_training.hpp"

// A replay that is put away and taken up again.

namespace precipice::testing {

/// Any class with visit_state.
template <class T>
State saved(T& of) {
  State state;
  StateSaver saver(state);
  of.visit_state(saver);
  return state;
}

template <class T>
Heritage restore(T& to, const State& state) {
  StateRestorer restorer(state);
  to.visit_state(restorer);
  return restorer.heritage();
}

/// Every bit of a state.
inline std::string exact_text(const State& state) {
  std::string text;
  for (const auto& [name, count] : state.counts) text += name + " " + (count ? std::to_string(*count) : "none") + "\n";
  for (const auto& [name, numbers] : state.numbers) {
    text += name + " in " + to_text(numbers.format);
    std::visit(
        [&](const auto& list) {
          for (const auto& x : list) text += " " + to_hexadecimal(as_exact(x));
        },
        numbers.values);
    text += "\n";
  }
  return text;
}

/// The state after some more steps from a state; without one, from the beginning.
inline State state_after(const Experiment& e, const DataSet& data, int steps, const State* start = nullptr,
                         EngineName engine = EngineName::automatic) {
  return with_replay(e, data, engine, [&](auto& replay) {
    if (start != nullptr) restore(replay, *start);
    for (int i = 0; i < steps; ++i) replay.step();
    return saved(replay);
  });
}

}  // namespace precipice::testing
