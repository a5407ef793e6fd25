#include "precipice/verification/ledger.hpp"

#include "verification/ledger_entries.hpp"

namespace precipice::verification {

std::string_view to_text(Source source) {
  switch (source) {
    case Source::abstract: return "abstract";
    case Source::intervention: return "intervention";
    case Source::prediction: break;
  }
  return "prediction";
}

std::vector<LedgerEntry> ledger() {
  std::vector<LedgerEntry> all = abstract_entries();
  for (LedgerEntry& entry : intervention_entries()) all.push_back(std::move(entry));
  return all;
}

}  // namespace precipice::verification
