#include <doctest/doctest.h>

#include <functional>

#include "precipice/training/random.hpp"
#include "written_files.hpp"

using namespace precipice;
using namespace precipice::tests;

namespace {

/// A task's files: three samples, valid before they are damaged.
struct Files {
  TaskName name;
  std::string data, labels;
};

std::string npy(const std::string& header, const std::string& elements) {
  return std::string("\x93NUMPY\x01\0", 8) + little_endian<std::uint16_t>({static_cast<std::uint16_t>(header.size())}) +
         header + elements;
}

const std::vector<Files> valid{
    {TaskName::idx, std::string("\0\0\x08\x02\0\0\0\x03\0\0\0\x02", 12) + "abcdef",
     std::string("\0\0\x08\x01\0\0\0\x03\0\1\0", 11)},
    {TaskName::npy,
     npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }\n", little_endian<float>({1, 2, 3, 4, 5, 6})),
     npy("{'descr': '|u1', 'fortran_order': True, 'shape': (3,), }\n", std::string("\0\1\0", 3))},
    {TaskName::csv, "x,\"y\",label\n1,2,0\n3,4,1\n5,6.25e1,0\n", ""},
    {TaskName::cifar_10, std::string(3073, '\1') + std::string(3073, '\0'), ""},
};

/// Loads the task with these files; anything but a FileError or a ConfigError in one line is a failure of the test.
bool is_accepted(const Files& files) {
  Task task;
  task.name = files.name;
  task.files.data = {written("damaged.data", files.data)};
  task.files.labels = {written("damaged.labels", files.labels)};
  task.classes = 2;
  task.samples = 2;
  task.test_samples = 0;
  const std::string message = complaint(task);
  CHECK(message.find('\n') == std::string::npos);
  return message == "no complaint";
}

/// Every way of a kind to damage a file: `at` counts its bytes.
using Damage = std::function<std::string(const std::string& bytes, std::size_t at)>;

std::size_t count_accepted(const Damage& damage) {
  std::size_t accepted = 0;
  for (const Files& files : valid) {
    for (std::string Files::*const which : {&Files::data, &Files::labels}) {
      const std::string bytes = files.*which;
      const std::size_t step = bytes.size() > 1000 ? 97 : 1;
      for (std::size_t at = 0; at < bytes.size(); at += step) {
        Files damaged = files;
        damaged.*which = damage(bytes, at);
        accepted += static_cast<std::size_t>(is_accepted(damaged));
      }
    }
  }
  return accepted;
}

}  // namespace

TEST_CASE("the files that are damaged below are valid") {
  for (const Files& files : valid) {
    if (files.name != TaskName::cifar_10) CHECK(is_accepted(files));
  }
}

TEST_CASE("a file that was cut anywhere is read or refused, never more") {
  // What a table still says after a cut may be a table: only there a cut can pass.
  CHECK(count_accepted([](const std::string& bytes, std::size_t at) { return bytes.substr(0, at); }) < 20);
}

TEST_CASE("a file with any byte changed is read or refused, never more") {
  const Random random(0, Purpose::inputs);
  for (const int mask : {0x01, 0x80, 0xff}) {
    static_cast<void>(count_accepted([&](const std::string& bytes, std::size_t at) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ mask);
      return changed;
    }));
  }
  static_cast<void>(count_accepted([&](const std::string& bytes, std::size_t at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(random.below(256, at));
    changed[random.below(bytes.size(), bytes.size() + at)] = static_cast<char>(random.below(256, 10'000 + at));
    return changed;
  }));
}

TEST_CASE("a file with a byte more anywhere is read or refused, never more") {
  for (const char byte : {'\0', '"', ',', '\n', '9', '\xff'}) {
    static_cast<void>(count_accepted(
        [&](const std::string& bytes, std::size_t at) { return bytes.substr(0, at) + byte + bytes.substr(at); }));
  }
}
