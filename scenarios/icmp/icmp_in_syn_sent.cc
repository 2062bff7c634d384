// SPDX-License-Identifier: GPL-2.0-or-later
// connect() and the ICMP errors of IPv4: every code of "destination unreachable", time exceeded,
// parameter problem.
//
// RFC 1122 4.2.3.9 wants codes 0, 1 and 5 taken for hints and the SYN sent again; Linux gives up at
// the first of any of them, which RFC 5461 describes as common. tcp_v4_err translates the code by
// icmp_err_convert (net/ipv4/icmp.c), so that several codes share an errno, and the connect() that
// waits fails with it at once; its error queue (IP_RECVERR, ip(7)) still tells one from another.
// "Fragmentation needed" is path MTU discovery's and ends nothing. Source quench, redirects, a
// reassembly timeout, codes beyond 15 and types that do not exist change nothing.
#include "scenarios/icmp/syn_sent.h"

namespace halfopen {
namespace {

constexpr char kNoHint[] =
    "RFC 1122 4.2.3.9 forbids to give up for it; Linux does. Commit 0a8de364ff7a took it for a "
    "hint, and was reverted before its release.";
constexpr char kConvert[] = "tcp_v4_err, icmp_err_convert; RFC 1122 4.2.3.9, RFC 5461";

CONNECT_FAILS(IcmpInSynSent, NetUnreachableIsEnetunreach, kIpv4, 3, 0, ENETUNREACH,
              "net unreachable", kConvert, kNoHint)
CONNECT_FAILS(IcmpInSynSent, HostUnreachableIsEhostunreach, kIpv4, 3, 1, EHOSTUNREACH,
              "host unreachable", kConvert, kNoHint)
CONNECT_FAILS(IcmpInSynSent, ProtUnreachableIsEnoprotoopt, kIpv4, 3, 2, ENOPROTOOPT,
              "protocol unreachable", kConvert)
CONNECT_FAILS(IcmpInSynSent, PortUnreachableIsEconnrefused, kIpv4, 3, 3, ECONNREFUSED,
              "port unreachable", kConvert)
CONNECT_FAILS(IcmpInSynSent, SourceRouteFailedIsEopnotsupp, kIpv4, 3, 5, EOPNOTSUPP,
              "source route failed", kConvert, kNoHint)
CONNECT_FAILS(IcmpInSynSent, NetUnknownIsEnetunreach, kIpv4, 3, 6, ENETUNREACH, "network unknown",
              kConvert)
CONNECT_FAILS(IcmpInSynSent, HostUnknownIsEhostdown, kIpv4, 3, 7, EHOSTDOWN, "host unknown",
              kConvert)
CONNECT_FAILS(IcmpInSynSent, HostIsolatedIsEnonet, kIpv4, 3, 8, ENONET, "host isolated", kConvert)
CONNECT_FAILS(IcmpInSynSent, NetProhibitedIsEnetunreach, kIpv4, 3, 9, ENETUNREACH,
              "network prohibited", kConvert)
CONNECT_FAILS(IcmpInSynSent, HostProhibitedIsEhostunreach, kIpv4, 3, 10, EHOSTUNREACH,
              "host prohibited", kConvert)
CONNECT_FAILS(IcmpInSynSent, TosNetUnreachableIsEnetunreach, kIpv4, 3, 11, ENETUNREACH,
              "network unreachable for this TOS", kConvert)
CONNECT_FAILS(IcmpInSynSent, TosHostUnreachableIsEhostunreach, kIpv4, 3, 12, EHOSTUNREACH,
              "host unreachable for this TOS", kConvert)
CONNECT_FAILS(IcmpInSynSent, AdminProhibitedIsEhostunreach, kIpv4, 3, 13, EHOSTUNREACH,
              "administratively prohibited", kConvert)
CONNECT_FAILS(IcmpInSynSent, HostPrecedenceViolationIsEhostunreach, kIpv4, 3, 14, EHOSTUNREACH,
              "host precedence violation", kConvert)
CONNECT_FAILS(IcmpInSynSent, PrecedenceCutoffIsEhostunreach, kIpv4, 3, 15, EHOSTUNREACH,
              "precedence cutoff", kConvert)
CONNECT_FAILS(IcmpInSynSent, TtlExceededIsEhostunreach, kIpv4, 11, 0, EHOSTUNREACH,
              "time to live exceeded", kConvert)
CONNECT_FAILS(IcmpInSynSent, ParameterProblemIsEproto, kIpv4, 12, 0, EPROTO, "parameter problem",
              kConvert)
CONNECT_FAILS(IcmpInSynSent, RequiredOptionMissingIsEproto, kIpv4, 12, 1, EPROTO,
              "required option missing", kConvert)
CONNECT_FAILS(IcmpInSynSent, BadLengthIsEproto, kIpv4, 12, 2, EPROTO, "bad length", kConvert)

#define CONNECT_GOES_ON(name, type, code, value, meaning, where)                              \
  ROUTER_SCENARIO_OF(::halfopen::SynSentStory, IcmpInSynSent, name,                           \
                     .verdict =                                                               \
                         "A router answers the SYN with " meaning " (" #type "/" #code        \
                         "): connect() goes on, and the SYN is sent again after its second.", \
                     .source = (where), .only = ::halfopen::IpFamily::kIpv4) {                \
    ConnectGoesOn({type, code}, value);                                                       \
  }

CONNECT_GOES_ON(FragNeededChangesNothing, 3, 4, 1400, "fragmentation needed",
                "tcp_v4_err, tcp_v4_mtu_reduced; RFC 1191")
CONNECT_GOES_ON(UnknownCodeChangesNothing, 3, 16, 0, "destination unreachable of a code unknown",
                "icmp_unreach, NR_ICMP_UNREACH")
CONNECT_GOES_ON(ReassemblyTimeoutChangesNothing, 11, 1, 0, "reassembly timeout", "icmp_unreach")
CONNECT_GOES_ON(SourceQuenchChangesNothing, 4, 0, 0, "source quench", "tcp_v4_err; RFC 6633")
CONNECT_GOES_ON(RedirectToNowhereChangesNothing, 5, 1, 0, "a redirect to no gateway",
                "tcp_v4_err, ip_do_redirect")

}  // namespace
}  // namespace halfopen
