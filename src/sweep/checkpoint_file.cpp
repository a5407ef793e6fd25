#include <fmt/core.h>

#include <algorithm>

#include "json.hpp"
#include "precipice/format/catalogue.hpp"
#include "precipice/format/error.hpp"
#include "precipice/number/hexadecimal.hpp"
#include "precipice/rounding/text.hpp"
#include "precipice/sweep/checkpoint.hpp"
#include "precipice/sweep/files.hpp"
#include "precipice/training/gzip_file.hpp"
#include "precipice/training/sha256.hpp"

namespace precipice {
namespace {

constexpr std::string_view program = "precipice checkpoint ";
constexpr std::string_view form = "1";  // of the file; another one for whatever this reader would misunderstand

template <class V>
std::string text_of(const std::vector<V>& values) {
  std::string text;
  for (const V& value : values) {
    if (!text.empty()) text += ' ';
    text += to_hexadecimal(as_exact(value));
  }
  return text;
}

/// Calls use(word) for each word between single blanks.
template <class Use>
void for_each_word(std::string_view text, const Use& use) {
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(' ', start), text.size());
    use(text.substr(start, end - start));
    start = end + 1;
  }
}

SavedNumbers numbers_from(std::string_view text, const Format& format) {
  const Format members = plain(format);  // what it flushes or saturates was a result, and so is none of that
  const auto read = [&](std::string_view word) { return read_value(word, members, {}, Reading::must_be_exact); };
  if (contains(binary64, members)) {
    std::vector<double> values;
    for_each_word(text, [&](std::string_view word) { values.push_back(to_double(read(word))); });
    return {format, std::move(values)};
  }
  std::vector<Exact> values;
  for_each_word(text, [&](std::string_view word) { values.push_back(read(word)); });
  return {format, std::move(values)};
}

Json records_json(const std::vector<Record>& records) {
  Json json{{"step", Json::array()}};
  for (const Record& record : records) json["step"].push_back(record.step);
  std::vector<double> values(records.size());
  for (const RecordColumn& column : record_columns) {
    std::ranges::transform(records, values.begin(), [&](const Record& record) { return record.*column.value; });
    json[std::string(column.name)] = text_of(values);
  }
  return json;
}

std::vector<Record> records_from(const Json& json) {
  const auto steps = json.at("step").get<std::vector<std::int64_t>>();
  std::vector<Record> records(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) records[i].step = steps[i];
  for (const RecordColumn& column : record_columns) {
    const SavedNumbers saved = numbers_from(json.at(std::string(column.name)).get<std::string>(), binary64);
    if (saved.size() != steps.size()) throw ConfigError(fmt::format("{} is too short or too long", column.name));
    const auto& values = std::get<std::vector<double>>(saved.values);
    for (std::size_t i = 0; i < steps.size(); ++i) records[i].*column.value = values[i];
  }
  return records;
}

Json histograms_json(const std::vector<UpdateHistogram>& histograms) {
  Json json = Json::array();
  for (const UpdateHistogram& h : histograms) {
    Json binades = Json::array();
    for (const auto& [exponent, parameters] : h.binades) binades.push_back({exponent, parameters});
    json.push_back({{"step", h.step}, {"unmoved", h.unmoved}, {"not_finite", h.not_finite}, {"binades", binades}});
  }
  return json;
}

std::vector<UpdateHistogram> histograms_from(const Json& json) {
  std::vector<UpdateHistogram> histograms;
  for (const Json& of : json) {
    UpdateHistogram& h = histograms.emplace_back();
    of.at("step").get_to(h.step);
    of.at("unmoved").get_to(h.unmoved);
    of.at("not_finite").get_to(h.not_finite);
    for (const Json& binade : of.at("binades")) {
      h.binades.push_back({binade.at(0).get<int>(), binade.at(1).get<std::uint64_t>()});
    }
  }
  return histograms;
}

Json counts_json(const std::vector<OperationCounts>& counts) {
  Json json = Json::array();
  for (const OperationCounts& of : counts) {
    Json row{{"step", of.step}, {"role", to_text(of.role)}};
    for (const CountColumn& column : count_columns) row[std::string(column.name)] = of.counts.*column.value;
    json.push_back(std::move(row));
  }
  return json;
}

std::vector<OperationCounts> counts_from(const Json& json) {
  std::vector<OperationCounts> counts;
  for (const Json& row : json) {
    OperationCounts of{row.at("step").get<std::int64_t>(), parse_role(row.at("role").get<std::string>()), {}};
    for (const CountColumn& column : count_columns) row.at(std::string(column.name)).get_to(of.counts.*column.value);
    counts.push_back(of);
  }
  return counts;
}

Json state_json(const State& state) {
  Json counts = Json::object(), numbers = Json::object();
  for (const auto& [name, count] : state.counts) counts[name] = count ? Json(*count) : Json(nullptr);
  for (const auto& [name, saved] : state.numbers) {
    const std::string values = std::visit([](const auto& list) { return text_of(list); }, saved.values);
    numbers[name] = {{"format", to_text(saved.format)}, {"values", values}};
  }
  return {{"counts", std::move(counts)}, {"numbers", std::move(numbers)}};
}

State state_from(const Json& json) {
  State state;
  for (const auto& [name, count] : json.at("counts").items()) {
    const auto value = count.is_null() ? std::optional<std::int64_t>() : std::optional(count.get<std::int64_t>());
    if (value && *value < 0) throw ConfigError(fmt::format("{} is negative", name));
    state.counts[name] = value;
  }
  for (const auto& [name, saved] : json.at("numbers").items()) {
    const Format format = parse_format(saved.at("format").get<std::string>());
    state.numbers.emplace(name, numbers_from(saved.at("values").get<std::string>(), format));
  }
  return state;
}

/// All but the records, histograms and counts, which follow from it.
Json content_of(Json experiment, const RunState& run) {
  return {{"experiment", std::move(experiment)},
          {"data", run.data},
          {"layout", run.layout},
          {"state", state_json(run.state)}};
}

Checkpoint checkpoint_from(const Json& body, const std::string& place) {
  Checkpoint checkpoint;
  for (const auto& [key, value] : body.at("experiment").items()) {
    static_cast<void>(find_setting(key));  // a key that nobody knows decided something
    checkpoint.settings[key] = {value_from(value), place};
  }
  static_cast<void>(checkpoint.experiment());
  checkpoint.run = {body.at("data").get<std::string>(),     body.at("layout").get<std::string>(),
                    state_from(body.at("state")),           records_from(body.at("records")),
                    histograms_from(body.at("histograms")), counts_from(body.at("counts"))};
  static_cast<void>(checkpoint.step());
  return checkpoint;
}

/// The JSON of a file whose first line is as it should be.
std::string_view checked_body(std::string_view text, const std::string& place) {
  const std::size_t end = text.find('\n');
  if (!text.starts_with(program) || end == std::string_view::npos) {
    throw FileError(fmt::format("{} is no checkpoint of precipice", place));
  }
  std::vector<std::string_view> words;
  for_each_word(text.substr(program.size(), end - program.size()), [&](auto word) { words.push_back(word); });
  if (words.size() != 3) throw FileError(fmt::format("{} is damaged: its first line is incomplete", place));
  if (words[0] != form) {
    throw FileError(fmt::format("{} is a checkpoint of form {}; this program reads form {}", place, words[0], form));
  }
  if (words[1] != PRECIPICE_VERSION) {
    throw FileError(fmt::format("{} is by version {}, this is {}, whose numbers may be others", place, words[1],
                                PRECIPICE_VERSION));
  }
  const std::string_view body = text.substr(end + 1);
  if (words[2] != sha256(body)) throw FileError(fmt::format("{} is damaged: its SHA-256 is another", place));
  return body;
}

}  // namespace

std::string checkpoint_bytes(const Experiment& experiment, const RunState& run) {
  Json json = content_of(resolved_json(experiment), run);
  json["records"] = records_json(run.records);
  json["histograms"] = histograms_json(run.histograms);
  json["counts"] = counts_json(run.counts);
  const std::string body = json.dump(1) + "\n";
  return gzip(fmt::format("{}{} {} {}\n{}", program, form, PRECIPICE_VERSION, sha256(body), body));
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  const std::string place = path.string(), text = read_gzip_file(place);
  const std::string_view body = checked_body(text, place);
  // What has its SHA-256 was written so, by hand or by a fault of ours.
  const auto refuse = [&](const std::exception& error) {
    throw FileError(fmt::format("{} is no checkpoint that can be read: {}", place, error.what()));
  };
  try {
    return checkpoint_from(Json::parse(body), place);
  } catch (const nlohmann::json::exception& error) {
    refuse(error);
  } catch (const Error& error) {
    refuse(error);
  }
  return {};
}

Origin origin_of(const Checkpoint& checkpoint) {
  const Experiment experiment = checkpoint.experiment();
  const std::string content = content_of(identity_json(experiment), checkpoint.run).dump();
  return {key_of(experiment), checkpoint.step(), sha256(content).substr(0, 16)};
}

}  // namespace precipice
