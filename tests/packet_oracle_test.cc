// SPDX-License-Identifier: GPL-2.0-or-later
// Holds the packet decoder against tshark's reading of the same capture file.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include "harness/record/packet.h"
#include "tests/packet_bytes.h"

namespace halfopen {
namespace {

constexpr const char* kFields[] = {
    "ip.src",           "ip.dst",           "ip.proto",         "ipv6.src",
    "ipv6.dst",         "ipv6.nxt",         "ipv6.hopopts.nxt", "ipv6.dstopts.nxt",
    "ipv6.routing.nxt", "ipv6.fraghdr.nxt", "tcp.srcport",      "tcp.dstport",
    "tcp.flags",        "tcp.seq_raw",      "tcp.ack_raw",      "tcp.window_size_value",
    "tcp.len",          "tcp.options",      "icmp.type",        "icmp.code",
    "icmpv6.type",      "icmpv6.code",      "icmp.mtu",         "icmpv6.mtu",
};

// One packet as tshark prints it: the first occurrence of each field, for an ICMP error carries the
// headers of another packet behind its own.
using Line = std::map<std::string, std::string>;

void WriteCapture(const std::string& path, const std::vector<ByteString>& frames) {
  const std::unique_ptr<pcap_t, void (*)(pcap_t*)> pcap(pcap_open_dead(DLT_EN10MB, 65535),
                                                        pcap_close);
  const std::unique_ptr<pcap_dumper_t, void (*)(pcap_dumper_t*)> file(
      pcap_dump_open(pcap.get(), path.c_str()), pcap_dump_close);
  ASSERT_NE(file, nullptr) << pcap_geterr(pcap.get());
  pcap_pkthdr header{};
  for (const ByteString& frame : frames) {
    header.ts.tv_usec += 1000;
    header.caplen = header.len = static_cast<bpf_u_int32>(frame.size());
    pcap_dump(reinterpret_cast<u_char*>(file.get()), &header, frame.data());
  }
}

std::vector<Line> ReadWithTshark(const std::string& path) {
  std::string command = "tshark -n -r " + path +
                        " -o ip.defragment:FALSE -o ipv6.defragment:FALSE"
                        " -T fields -E separator='|' -E occurrence=f";
  for (const char* field : kFields) command += fmt::format(" -e {}", field);
  std::FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  std::string output;
  for (int c = 0; pipe != nullptr && (c = std::fgetc(pipe)) != EOF;) {
    output += static_cast<char>(c);
  }
  if (pipe != nullptr) pclose(pipe);

  std::vector<Line> lines;
  std::istringstream stream(output);
  for (std::string text; std::getline(stream, text);) {
    std::istringstream columns(text);
    Line line;
    for (const char* field : kFields) std::getline(columns, line[field], '|');
    lines.push_back(line);
  }
  return lines;
}

// The header chain of an IPv6 packet ends at the one value that is no extension header.
std::string ProtocolOf(const Line& line) {
  if (!line.at("ip.proto").empty()) return line.at("ip.proto");
  for (const char* field : {"ipv6.nxt", "ipv6.hopopts.nxt", "ipv6.dstopts.nxt", "ipv6.routing.nxt",
                            "ipv6.fraghdr.nxt"}) {
    const std::string& value = line.at(field);
    if (!value.empty() && value != "0" && value != "43" && value != "44" && value != "60") {
      return value;
    }
  }
  return "";
}

// Decoded options put back into the bytes that they were, in hexadecimal.
std::string OptionBytes(const Packet& packet) {
  std::string text;
  for (const TcpOption& option : packet.options) {
    text += fmt::format("{:02x}{:02x}", option.kind, option.data.size() + 2);
    for (const std::uint8_t byte : option.data) text += fmt::format("{:02x}", byte);
  }
  return text;
}

// tshark's hexadecimal text of all options, without NOP and what follows end-of-list.
std::string WithoutPadding(const std::string& hex) {
  std::string text;
  for (std::size_t at = 0; at + 2 <= hex.size();) {
    const int kind = std::stoi(hex.substr(at, 2), nullptr, 16);
    if (kind == kOptionEnd) break;
    const std::size_t bytes =
        kind == kOptionNop ? 1 : std::stoul(hex.substr(at + 2, 2), nullptr, 16);
    if (kind != kOptionNop) text += hex.substr(at, 2 * bytes);
    at += 2 * bytes;
  }
  return text;
}

// An empty field of tshark stands for the zero of a field that the packet does not have.
unsigned long Number(const std::string& text) {
  return text.empty() ? 0 : std::stoul(text, nullptr, 0);
}

void ExpectSame(const Packet& packet, const Line& line) {
  const bool ipv4 = !line.at("ip.src").empty();
  EXPECT_EQ(packet.source.address.ToString(), line.at(ipv4 ? "ip.src" : "ipv6.src"));
  EXPECT_EQ(packet.destination.address.ToString(), line.at(ipv4 ? "ip.dst" : "ipv6.dst"));
  EXPECT_EQ(std::to_string(packet.protocol), ProtocolOf(line));
  EXPECT_EQ(packet.icmp.type, Number(line.at(ipv4 ? "icmp.type" : "icmpv6.type")));
  EXPECT_EQ(packet.icmp.code, Number(line.at(ipv4 ? "icmp.code" : "icmpv6.code")));
  EXPECT_EQ(packet.icmp_value, Number(line.at(ipv4 ? "icmp.mtu" : "icmpv6.mtu")));
  if (packet.quoted && !line.at("tcp.srcport").empty()) {
    EXPECT_EQ(packet.quoted->source.port, Number(line.at("tcp.srcport")));
    EXPECT_EQ(packet.quoted->destination.port, Number(line.at("tcp.dstport")));
  }
  // The TCP header that an ICMP error quotes is not the packet's own.
  if (packet.protocol != IPPROTO_TCP) return;
  EXPECT_EQ(packet.source.port, Number(line.at("tcp.srcport")));
  EXPECT_EQ(packet.destination.port, Number(line.at("tcp.dstport")));
  EXPECT_EQ(packet.flags, Number(line.at("tcp.flags")) & 0xff);
  EXPECT_EQ(packet.sequence, Number(line.at("tcp.seq_raw")));
  EXPECT_EQ(packet.acknowledgment, Number(line.at("tcp.ack_raw")));
  EXPECT_EQ(packet.window, Number(line.at("tcp.window_size_value")));
  // tshark names no payload length for the first fragment of a packet.
  if (!line.at("tcp.len").empty()) {
    EXPECT_EQ(packet.payload_length, Number(line.at("tcp.len")));
  }
  EXPECT_EQ(OptionBytes(packet), WithoutPadding(line.at("tcp.options")));
}

TEST(PacketOracle, AgreesWithTshark) {
  if (std::system("tshark --version >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "tshark is not installed (apt install tshark)";
  }
  const std::vector<ByteString> frames = SampleFrames();
  std::string folder = (std::filesystem::temp_directory_path() / "halfopen-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/oracle.pcap";
  WriteCapture(path, frames);
  const std::vector<Line> lines = ReadWithTshark(path);
  std::filesystem::remove_all(folder);

  ASSERT_EQ(lines.size(), frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    SCOPED_TRACE(fmt::format("frame {}", i + 1));
    const auto packet = DecodeEthernet(frames[i]);
    ASSERT_TRUE(packet);
    ExpectSame(*packet, lines[i]);
  }
}

}  // namespace
}  // namespace halfopen
