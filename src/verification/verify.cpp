#include "precipice/verification/verify.hpp"

#include <fmt/core.h>

#include <array>
#include <numeric>

namespace precipice::verification {
namespace {

constexpr std::array subjects{Subject::thresholds, Subject::dynamics, Subject::boundary, Subject::claims};

std::string_view title_of(std::string_view part) {
  if (part == "thresholds") return "Thresholds: where gradients collapse and where they die";
  if (part == "dynamics") return "Dynamics: how the means drive each other";
  if (part == "boundary") return "Boundary: where runs absorb, inflate and freeze";
  return "Claims: the paper's sentences, one by one";
}

Part claims(const Request& request, const Course& course) {
  std::vector<Ledger> ledgers;
  for (const LedgerSource& source : ledger_sources(request.extent)) {
    ledgers.push_back(fill_ledger(source, ledger(), course));
  }
  return claims_part(ledgers, request.figures);
}

Part part_of(Subject subject, const Request& request, const Course& course, const Theory& theory) {
  switch (subject) {
    case Subject::thresholds:
      return threshold_part(
          compare_thresholds(threshold_grid(request.extent, request.formats), theory.thresholds, course));
    case Subject::dynamics: return verify_dynamics(course, request.extent, theory.dynamics);
    case Subject::boundary: return verify_boundary(course, request.extent, theory.regions);
    case Subject::claims: break;
  }
  return claims(request, course);
}

std::string_view extent_text(Extent extent) { return extent == Extent::usual ? "usual" : "full"; }

}  // namespace

std::span<const Subject> all_subjects() { return subjects; }

std::string_view to_text(Subject subject) {
  switch (subject) {
    case Subject::thresholds: return "thresholds";
    case Subject::dynamics: return "dynamics";
    case Subject::boundary: return "boundary";
    case Subject::claims: break;
  }
  return "claims";
}

std::vector<Part> verify(const Request& request, const Course& course, const Theory& theory,
                         const std::function<void(Subject)>& on_begin,
                         const std::function<void(const Part&)>& on_part) {
  std::vector<Part> parts;
  parts.reserve(request.subjects.size());
  for (const Subject subject : request.subjects) {
    on_begin(subject);
    parts.push_back(part_of(subject, request, course, theory));
    on_part(parts.back());
  }
  return parts;
}

std::size_t missed(const std::vector<Part>& parts) {
  return std::accumulate(parts.begin(), parts.end(), std::size_t{0},
                         [](std::size_t sum, const Part& part) { return sum + part.missed; });
}

Json to_json(const std::vector<Part>& parts, Extent extent, std::string_view version) {
  Json json{
      {"version", version}, {"extent", extent_text(extent)}, {"missed", missed(parts)}, {"parts", Json::object()}};
  for (const Part& part : parts) {
    json["parts"][part.name] = {{"checked", part.checked}, {"missed", part.missed}, {"figures", part.json}};
  }
  return json;
}

std::string to_markdown(const std::vector<Part>& parts, Extent extent, std::string_view version) {
  std::string text =
      fmt::format("# Theory against measurement\n\nprecipice {}, extent {}.\n\n", version, extent_text(extent));
  for (const Part& part : parts) {
    text += fmt::format("## {}\n\n", title_of(part.name));
    if (part.checked > 0) text += fmt::format("{} comparisons, {} missed.\n\n", part.checked, part.missed);
    text += part.markdown + "\n";
  }
  return text;
}

}  // namespace precipice::verification
