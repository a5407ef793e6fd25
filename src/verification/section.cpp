#include "verification/section.hpp"

#include "precipice/verification/part.hpp"

namespace precipice::verification {

void add(const Section& section, Part& part) {
  if (section.table.rows.empty()) return;
  part.text += section.title + "\n";
  part.markdown += "### " + section.title + "\n\n";
  for (const std::string& line : section.lines) {
    part.text += "  " + line + "\n";
    part.markdown += line + "\n";
  }
  part.text += "\n" + to_text(section.table) + "\n";
  part.markdown += "\n" + to_markdown(section.table) + "\n";
}

}  // namespace precipice::verification
