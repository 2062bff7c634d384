// SPDX-License-Identifier: GPL-2.0-or-later
import type { Report, RunDetails } from "./model";

// The page carries its data as gzip in base64, in <script> elements that no browser executes: the
// report, the details of each story's runs by their indices, and the sources by file. Each is
// unpacked when it is looked at.

async function unpack<T>(id: string): Promise<T> {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no ${id}`);
  const text = atob(element.textContent!.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text()) as T;
}

export function loadReport(): Promise<Report> {
  return unpack<Report>("report");
}

// Of the last few stories only: a reader who walks through all of them is not to hold all of them.
const kKept = 8;
const stories = new Map<number, Promise<Record<string, RunDetails>>>();

export async function loadDetails(story: number, run: number): Promise<RunDetails | undefined> {
  const details = stories.get(story) ?? unpack<Record<string, RunDetails>>(`story-${story}`);
  stories.delete(story);
  stories.set(story, details);
  if (stories.size > kKept) stories.delete(stories.keys().next().value!);
  return (await details)[run];
}

let sources: Promise<Record<string, string>> | undefined;

export async function loadSource(file: string): Promise<string | undefined> {
  sources ??= unpack("sources");
  const texts = await sources;
  return Object.hasOwn(texts, file) ? texts[file] : undefined;
}
