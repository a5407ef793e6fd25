#include "json.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "precipice/format/error.hpp"
#include "precipice/sweep/bundles.hpp"
#include "precipice/sweep/files.hpp"

namespace precipice {
namespace {

Json axes_json(const std::vector<Axis>& axes) {
  Json list = Json::array();
  for (const Axis& axis : axes) {
    Json values = Json::array();
    for (const Written& written : axis.values) values.push_back(to_json(written.value));
    list.push_back({{"key", axis.key}, {"values", std::move(values)}});
  }
  return list;
}

/// A point of `also` as {"precision.format": ["binary64"], ...}.
Json point_json(const std::vector<Axis>& axes) {
  Json point = Json::object();
  for (const Axis& axis : axes) {
    for (const Written& written : axis.values) point[axis.key].push_back(to_json(written.value));
  }
  return point;
}

/// {"name": ..., "claims": [...], "settings": {...}}.
Json variant_json(const Variant& variant) {
  Json claims = Json::array(), settings = Json::object();
  for (const Claim claim : variant.claims) claims.push_back(to_text(claim));
  for (const auto& [key, written] : variant.settings) settings[key] = to_json(written.value);
  return {{"name", variant.name}, {"claims", std::move(claims)}, {"settings", std::move(settings)}};
}

Variant variant_from(const Json& json) {
  Variant variant{json.at("name").get<std::string>(), {}, {}};
  for (const Json& claim : json.at("claims")) variant.claims.push_back(parse_claim(claim.get<std::string>()));
  for (const auto& [key, value] : json.at("settings").items()) {
    variant.settings.insert_or_assign(key, Written{value_from(value), "manifest.json"});
  }
  return variant;
}

Json refinement_json(const Refinement& refinement) {
  Json boundaries = Json::array();
  for (const Boundary boundary : refinement.boundaries) boundaries.push_back(to_text(boundary));
  return {{"axis", refinement.axis},
          {"boundaries", std::move(boundaries)},
          {"resolution", refinement.resolution},
          {"scale", refinement.is_logarithmic ? "log" : "linear"}};
}

bool sweeps_bundles(const Plan& plan) {
  const auto names_bundles = [](const std::vector<Axis>& axes) {
    return std::ranges::find(axes, bundle_key, &Axis::key) != axes.end();
  };
  const auto has_bundle = [](const Variant& variant) { return variant.settings.contains(bundle_key); };
  return names_bundles(plan.axes) || std::ranges::any_of(plan.also, names_bundles) ||
         std::ranges::any_of(plan.variants, has_bundle);
}

Axis axis_from(const std::string& key, const Json& values) {
  Axis axis{key, {}};
  for (const Json& value : values) axis.values.push_back({value_from(value), "manifest.json"});
  return axis;
}

}  // namespace

Json read_json(const std::filesystem::path& path) {
  const std::string text = read_whole_file(path);
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::exception&) {
    throw FileError(fmt::format("{} is damaged (not JSON); remove it to compute it again", path.string()));
  }
}

Json to_json(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

Json to_json(const Value& value) {
  return std::visit(
      [](const auto& v) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, double>) {
          return to_json(v);
        } else {
          return v;
        }
      },
      value);
}

Value value_from(const Json& json) {
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_array() && !json.empty() && json.front().is_string()) return json.get<std::vector<std::string>>();
  if (json.is_array()) return json.get<std::vector<std::int64_t>>();
  return json.get<std::string>();
}

Json identity_json(const Experiment& experiment) {
  Json object = Json::object();
  for (const auto& [name, value] : identity(experiment)) object[name] = to_json(value);
  return object;
}

Json resolved_json(const Experiment& experiment) {
  Json object = Json::object();
  for (const auto& [name, value] : resolved(experiment)) object[name] = to_json(value);
  return object;
}

std::vector<std::pair<std::string, Value>> base_settings(const Plan& plan) {
  std::vector<std::pair<std::string, Value>> settings = resolved(apply(plan.base));
  if (!sweeps_bundles(plan)) return settings;
  std::erase_if(settings,
                [&](const auto& named) { return is_bundled(named.first) && !plan.base.contains(named.first); });
  if (const auto own = plan.base.find(bundle_key); own != plan.base.end()) {
    const auto of_loss =
        std::ranges::find_if(settings, [](const auto& named) { return named.first.starts_with("loss."); });
    settings.emplace(of_loss, std::string(bundle_key), own->second.value);
  }
  return settings;
}

Json base_json(const Plan& plan) {
  Json base = Json::object();
  for (const auto& [name, value] : base_settings(plan)) base[name] = to_json(value);
  for (const Axis& axis : plan.axes) base.erase(axis.key);
  return base;
}

Json grid_json(const Plan& plan) {
  Json also = Json::array(), variants = Json::array();
  for (const auto& point : plan.also) also.push_back(point_json(point));
  for (const Variant& variant : plan.variants) variants.push_back(variant_json(variant));
  Json grid{{"axes", axes_json(plan.axes)}, {"also", std::move(also)}};
  if (!variants.empty()) grid["variants"] = std::move(variants);
  if (plan.refine) grid["refine"] = refinement_json(*plan.refine);
  return grid;
}

Refinement refinement_from(const Json& json) {
  Refinement refinement{
      json.at("axis").get<std::string>(), {}, json.at("resolution").get<double>(), json.at("scale") == "log"};
  for (const Json& word : json.at("boundaries")) {
    refinement.boundaries.push_back(parse_boundary(word.get<std::string>()));
  }
  return refinement;
}

Plan plan_from(const Json& base, const Json& grid) {
  Plan plan;
  for (const auto& [key, value] : base.items()) plan.base[key] = {value_from(value), "manifest.json"};
  for (const Json& axis : grid.at("axes")) {
    plan.axes.push_back(axis_from(axis.at("key").get<std::string>(), axis.at("values")));
  }
  for (const Json& point : grid.at("also")) {
    std::vector<Axis> axes;
    for (const auto& [key, values] : point.items()) axes.push_back(axis_from(key, values));
    plan.also.push_back(std::move(axes));
  }
  if (grid.contains("variants")) {
    for (const Json& variant : grid.at("variants")) plan.variants.push_back(variant_from(variant));
  }
  if (grid.contains("refine")) plan.refine = refinement_from(grid.at("refine"));
  return plan;
}

}  // namespace precipice
