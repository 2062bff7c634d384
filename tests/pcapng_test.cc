// SPDX-License-Identifier: GPL-2.0-or-later
// Holds the writer of pcapng against tshark's reading, and a run's captures against its taps.
#include "harness/evidence/pcapng.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "harness/evidence/evidence.h"
#include "harness/evidence/pcap_file.h"
#include "tests/bad_days.h"
#include "tests/packet_bytes.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

bool IsTsharkThere() { return std::system("command -v tshark >/dev/null") == 0; }

// A line for each packet: "interface|time|captured length|length|comment".
std::vector<std::string> PacketsOfCapture(const fs::path& file) {
  const std::string command = fmt::format(
      "tshark -n -r '{}' -T fields -E 'separator=|' -e frame.interface_name -e frame.time_epoch "
      "-e frame.cap_len -e frame.len -e frame.comment 2>/dev/null",
      file.string());
  std::FILE* const pipe = popen(command.c_str(), "r");
  std::string output;
  for (int c = 0; pipe != nullptr && (c = std::fgetc(pipe)) != EOF;) {
    output += static_cast<char>(c);
  }
  EXPECT_EQ(pipe == nullptr ? -1 : pclose(pipe), 0) << command;
  std::istringstream text(output);
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::uint32_t Number32At(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  std::memcpy(&number, &bytes.at(at), sizeof number);
  return number;
}

class PcapngTest : public BadDays {};

TEST_F(PcapngTest, BlocksFollowOneAnotherAtMultiplesOfFour) {
  Pcapng file("five5");
  EXPECT_EQ(file.AddInterface("lo", Pcapng::kEthernet, 192), 0U);
  EXPECT_EQ(file.AddInterface("server fault log", Pcapng::kRaw, 0), 1U);
  const std::vector<std::uint8_t> bytes(15, 0xab);
  file.AddPacket(0, 5s, bytes, 60, std::string(70'000, 'x'));
  std::vector<std::uint32_t> types;
  for (std::size_t at = 0; at < file.bytes().size();) {
    types.push_back(Number32At(file.bytes(), at));
    const std::uint32_t length = Number32At(file.bytes(), at + 4);
    ASSERT_EQ(length % 4, 0U);
    ASSERT_EQ(Number32At(file.bytes(), at + length - 4), length);
    at += length;
  }
  EXPECT_THAT(types, ElementsAre(0x0a0d0d0a, 1, 1, 6));
}

TEST_F(PcapngTest, TsharkReadsInterfacesTimesLengthsAndComments) {
  if (!IsTsharkThere()) GTEST_SKIP() << "needs tshark";
  Pcapng file("halfopen");
  file.AddInterface("client-veth0", Pcapng::kEthernet, 192);
  file.AddInterface("server fault log", Pcapng::kRaw, 0);
  const ByteString segment = Ipv4(6, Tcp({}));
  const ByteString frame = Ethernet(0x0800, segment);
  file.AddPacket(0, 1'700'000'000s + 123'456'789ns, frame, 1500, "client > server; <b>日本</b>");
  file.AddPacket(1, 1'700'000'001s, segment, static_cast<std::uint32_t>(segment.size()), "");
  WriteFile(folder_ / "a.pcapng", file.bytes());
  EXPECT_THAT(
      PacketsOfCapture(folder_ / "a.pcapng"),
      ElementsAre(fmt::format("client-veth0|1700000000.123456789|{}|1500|client > server; "
                              "<b>日本</b>",
                              frame.size()),
                  fmt::format("server fault log|1700000001.000000000|{0}|{0}|", segment.size())));
}

std::size_t CountFrames(const fs::path& folder) {
  std::size_t frames = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".pcap") continue;
    ForEachFrame(entry.path(), [&](const PcapFrame&) { ++frames; });
  }
  return frames;
}

TEST_F(PcapngTest, ARunsCaptureHasEveryPacketOfItsTapsAndItsFate) {
  SkipUnlessRoot();
  if (!IsTsharkThere()) GTEST_SKIP() << "needs tshark";
  EXPECT_EQ(Run({"Testbed.UsesEveryPart:Testbed.DiffersOnTheWire:Testbed.DiesInTheMiddle"}).code,
            1);
  for (const char* name : {"Testbed.UsesEveryPart.IPv4", "Testbed.UsesEveryPart.IPv6",
                           "Testbed.DiesInTheMiddle.IPv4", "Testbed.DiesInTheMiddle.IPv6"}) {
    const auto lines = PacketsOfCapture(out_ / name / "capture.pcapng");
    EXPECT_GE(lines.size(), 2U) << name;
    EXPECT_EQ(lines.size(), CountFrames(out_ / name)) << name;
    EXPECT_THAT(lines, Each(AllOf(HasSubstr("client >| server  S   0:0(0); dropped on server by: "),
                                  HasSubstr("tcp dport 80"), HasSubstr("drop"))));
  }
  // What an output rule drops no tap sees, but the log of the rule.
  const fs::path differs = out_ / "Testbed.DiffersOnTheWire.IPv6";
  const auto lines = PacketsOfCapture(differs / "capture.pcapng");
  EXPECT_EQ(lines.size(), CountFrames(differs) + 1);
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("server fault log|"),
                                    HasSubstr("|server >| client  S   0:0(0); dropped on server "
                                              "by: "))));
}

TEST_F(PcapngTest, OnlyRegularFilesAreRead) {
  std::ofstream(folder_ / "no.pcap") << "no pcap file";
  fs::create_symlink(folder_ / "no.pcap", folder_ / "link.pcap");
  ASSERT_EQ(mkfifo((folder_ / "fifo.pcap").c_str(), 0600), 0);
  for (const char* name : {"no.pcap", "link.pcap", "fifo.pcap", "none.pcap", "."}) {
    ForEachFrame(folder_ / name, [&](const PcapFrame&) { ADD_FAILURE() << name; });
  }
}

}  // namespace
}  // namespace halfopen
