// SPDX-License-Identifier: GPL-2.0-or-later
// Every input that the fuzzers have kept (fuzz/corpus/), and some that are made of these: what
// ci/fuzz does for as long as one likes, with coverage to guide it, is here done for a moment in
// every run.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "fuzz/target.h"

namespace halfopen::fuzz {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> CorpusOf(const Target& target) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(fs::path(HALFOPEN_FUZZ_CORPUS) / target.name)) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::vector<std::uint8_t> BytesOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A number below `bound`. Standard distributions differ between libraries, and with them the
// inputs.
std::size_t Below(std::size_t bound, std::mt19937& random) {
  return bound == 0 ? 0 : random() % bound;
}

// One to four changes: a byte, a bit, a piece removed, doubled, or taken from `other`.
std::vector<std::uint8_t> Changed(std::vector<std::uint8_t> bytes,
                                  const std::vector<std::uint8_t>& other, std::mt19937& random) {
  constexpr std::array<std::uint8_t, 8> kTelling = {0, 1, 0x0a, 0x1e, 0x22, 0x7f, 0x80, 0xff};
  for (std::size_t left = 1 + Below(4, random); left > 0; --left) {
    const std::size_t at = Below(bytes.size(), random);
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    const auto length = static_cast<std::ptrdiff_t>(Below(bytes.size() - at + 1, random));
    switch (Below(5, random)) {
      case 0:
        if (!bytes.empty()) *place = kTelling[Below(kTelling.size(), random)];
        break;
      case 1:
        if (!bytes.empty()) *place ^= static_cast<std::uint8_t>(1U << Below(8, random));
        break;
      case 2:
        bytes.erase(place, place + length);
        break;
      case 3: {
        const std::vector<std::uint8_t> piece(place, place + length);
        bytes.insert(place, piece.begin(), piece.end());
        break;
      }
      default: {
        const auto from = static_cast<std::ptrdiff_t>(Below(other.size(), random));
        bytes.insert(place, other.begin() + from, other.end());
      }
    }
  }
  return bytes;
}

class FuzzCorpus : public testing::TestWithParam<Target> {};

TEST_P(FuzzCorpus, IsReadWithoutHarm) {
  const std::vector<fs::path> files = CorpusOf(GetParam());
  EXPECT_FALSE(files.empty());
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.filename().string());
    EXPECT_NO_THROW(GetParam().run(BytesOf(file)));
  }
}

TEST_P(FuzzCorpus, ChangedIsReadWithoutHarm) {
  constexpr std::size_t kLongest = 65536;  // as ci/fuzz has it
  std::mt19937 random(1);                  // the same inputs in every run: a crash comes again
  std::vector<std::vector<std::uint8_t>> inputs;
  for (const fs::path& file : CorpusOf(GetParam())) inputs.push_back(BytesOf(file));
  for (const std::vector<std::uint8_t>& input : inputs) {
    for (int i = 0; i < 16; ++i) {
      std::vector<std::uint8_t> changed =
          Changed(input, inputs[Below(inputs.size(), random)], random);
      changed.resize(std::min(changed.size(), kLongest));
      EXPECT_NO_THROW(GetParam().run(changed)) << std::string(changed.begin(), changed.end());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, FuzzCorpus, testing::ValuesIn(Targets().begin(), Targets().end()),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace halfopen::fuzz
