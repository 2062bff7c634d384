// SPDX-License-Identifier: GPL-2.0-or-later
import type { Report, RunDetails } from "./model";

// The page carries its data as gzip in base64, in <script> elements that no browser executes: the
// report, the details of each story's runs by their indices, and the sources by file. Each is
// unpacked when it is looked at.

async function unpack<T>(id: string): Promise<T> {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no ${id}`);
  const bytes = Uint8Array.from(atob(element.textContent!.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text()) as T;
}

export function loadReport(): Promise<Report> {
  return unpack<Report>("report");
}

const stories = new Map<number, Promise<Record<string, RunDetails>>>();

export async function loadDetails(story: number, run: number): Promise<RunDetails | undefined> {
  if (!stories.has(story)) stories.set(story, unpack(`story-${story}`));
  return (await stories.get(story)!)[run];
}

let sources: Promise<Record<string, string>> | undefined;

export async function loadSource(file: string): Promise<string | undefined> {
  sources ??= unpack("sources");
  return (await sources)[file];
}
