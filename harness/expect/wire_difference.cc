// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/wire_difference.h"

#include <utility>

#include "harness/record/keeper.h"

namespace halfopen {
namespace {

Keeper<WireDifference> differences;

}  // namespace

void KeepDifferences(std::function<void(const WireDifference&)> keeper) {
  differences.Set(std::move(keeper));
}

void Tell(const WireDifference& difference) { differences.Tell(difference); }

}  // namespace halfopen
