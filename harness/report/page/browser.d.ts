// SPDX-License-Identifier: GPL-2.0-or-later
// What is younger than the compiler's list of what browsers have.
declare class DecompressionStream {
  constructor(format: "gzip" | "deflate" | "deflate-raw");
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

interface Element {
  checkVisibility(): boolean;
}
