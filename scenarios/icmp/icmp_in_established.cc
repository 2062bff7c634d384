// SPDX-License-Identifier: GPL-2.0-or-later
// An established connection and the ICMP errors of IPv4.
//
// RFC 1122 4.2.3.9 wants protocol unreachable and port unreachable to abort the connection; Linux
// takes every code for a soft error (tcp_v4_err, "we will keep trying until we time out"): an
// attacker could forge them (RFC 5927), and routers are wrong about them. It keeps the latest in
// sk_err_soft and goes on sending; when tcp_retries2 ends it (tcp_write_err), the caller is told
// that errno and not ETIMEDOUT. An acknowledgment that comes in between clears it.
#include "scenarios/icmp/established.h"

namespace halfopen {
namespace {

constexpr char kNoAbort[] =
    "RFC 1122 4.2.3.9 would have it abort the connection; Linux goes on until tcp_retries2.";
constexpr char kSoft[] = "tcp_v4_err, tcp_write_err; RFC 5461, RFC 5927";

TIMES_OUT(IcmpInEstablished, NetUnreachableIsSoft, kIpv4, 3, 0, ENETUNREACH, "net unreachable",
          kSoft)
TIMES_OUT(IcmpInEstablished, HostUnreachableIsSoft, kIpv4, 3, 1, EHOSTUNREACH, "host unreachable",
          kSoft)
TIMES_OUT(IcmpInEstablished, ProtUnreachableIsSoft, kIpv4, 3, 2, ENOPROTOOPT,
          "protocol unreachable", kSoft, kNoAbort)
TIMES_OUT(IcmpInEstablished, PortUnreachableIsSoft, kIpv4, 3, 3, ECONNREFUSED, "port unreachable",
          kSoft, kNoAbort)
TIMES_OUT(IcmpInEstablished, SourceRouteFailedIsSoft, kIpv4, 3, 5, EOPNOTSUPP,
          "source route failed", kSoft)
TIMES_OUT(IcmpInEstablished, NetUnknownIsSoft, kIpv4, 3, 6, ENETUNREACH, "network unknown", kSoft)
TIMES_OUT(IcmpInEstablished, HostUnknownIsSoft, kIpv4, 3, 7, EHOSTDOWN, "host unknown", kSoft)
TIMES_OUT(IcmpInEstablished, HostIsolatedIsSoft, kIpv4, 3, 8, ENONET, "host isolated", kSoft)
TIMES_OUT(IcmpInEstablished, NetProhibitedIsSoft, kIpv4, 3, 9, ENETUNREACH, "network prohibited",
          kSoft)
TIMES_OUT(IcmpInEstablished, HostProhibitedIsSoft, kIpv4, 3, 10, EHOSTUNREACH, "host prohibited",
          kSoft)
TIMES_OUT(IcmpInEstablished, TosNetUnreachableIsSoft, kIpv4, 3, 11, ENETUNREACH,
          "network unreachable for this TOS", kSoft)
TIMES_OUT(IcmpInEstablished, TosHostUnreachableIsSoft, kIpv4, 3, 12, EHOSTUNREACH,
          "host unreachable for this TOS", kSoft)
TIMES_OUT(IcmpInEstablished, AdminProhibitedIsSoft, kIpv4, 3, 13, EHOSTUNREACH,
          "administratively prohibited", kSoft)
TIMES_OUT(IcmpInEstablished, HostPrecedenceViolationIsSoft, kIpv4, 3, 14, EHOSTUNREACH,
          "host precedence violation", kSoft)
TIMES_OUT(IcmpInEstablished, PrecedenceCutoffIsSoft, kIpv4, 3, 15, EHOSTUNREACH,
          "precedence cutoff", kSoft)
TIMES_OUT(IcmpInEstablished, TtlExceededIsSoft, kIpv4, 11, 0, EHOSTUNREACH, "time to live exceeded",
          kSoft)
TIMES_OUT(IcmpInEstablished, ParameterProblemIsSoft, kIpv4, 12, 0, EPROTO, "parameter problem",
          kSoft)
TIMES_OUT(IcmpInEstablished, RequiredOptionMissingIsSoft, kIpv4, 12, 1, EPROTO,
          "required option missing", kSoft)
TIMES_OUT(IcmpInEstablished, BadLengthIsSoft, kIpv4, 12, 2, EPROTO, "bad length", kSoft)

}  // namespace
}  // namespace halfopen
