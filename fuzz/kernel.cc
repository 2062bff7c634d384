// SPDX-License-Identifier: GPL-2.0-or-later
// A kernel image or a module that somebody has given.
#include <string>

#include "fuzz/target.h"
#include "harness/venue/bzimage.h"
#include "harness/venue/decompress.h"
#include "harness/venue/kernel_modules.h"
#include "harness/venue/vmlinux.h"
#include "netns/error.h"

namespace halfopen::fuzz {

void KernelImage(Input input) {
  const std::string bytes(AsText(input));
  CompressionOfData(bytes);
  if (BzImage::Is(bytes)) {
    try {
      BzImage(bytes, "bzImage").release();
    } catch (const EnvironmentError&) {
      // Cut or damaged, in words.
    }
  }
  if (IsVmlinux(bytes)) {
    ReleaseOfVmlinux(bytes);
    HasPvhEntry(bytes);
    GzippedConfig(bytes);
  }
  ReleaseOfModule(bytes);
}

}  // namespace halfopen::fuzz
