// SPDX-License-Identifier: GPL-2.0-or-later
// What the page is made of: harness/report/page_data.cc writes it, harness/report/ladder.h says what
// a ladder's fields mean. Times are nanoseconds since the timeline's zero. Every string may come
// from a program or a packet: it is text, and never markup.

export interface Lifeline {
  name: string;
  addresses: string[];
  transit?: boolean; // a router
}

export interface Packet {
  time: number;
  arrived?: number;
  from?: number;
  to?: number;
  text: string;
  source: string;
  destination: string;
  options?: string;
  window: number;
  fault?: string;
  fault_at?: number;
}

export interface Call {
  id: number;
  lifeline?: number;
  socket?: string;
  name: string;
  text: string;
  begin: number;
  end?: number;
  error?: string;
  of_program?: boolean;
}

export interface State {
  lifeline?: number;
  label?: string;
  local?: string;
  remote?: string;
  state: string;
  begin: number;
  end: number;
  observed?: boolean;
}

export interface Sample {
  time: number;
  lifeline?: number;
  label?: string;
  text: string;
}

export interface Timer {
  lifeline?: number;
  label?: string;
  local?: string;
  remote?: string;
  kind: string;
  begin: number;
  end: number;
  fired?: boolean;
}

export interface Fault {
  lifeline?: number;
  host?: string;
  rule: string;
  begin: number;
  end?: number;
  hits: number;
}

export interface Output {
  time: number;
  lifeline?: number;
  program?: string;
  event: string;
  text: string;
}

export interface Note {
  time: number;
  kind: string;
  text: string;
  held?: boolean;
}

export interface Counters {
  time: number;
  lifeline?: number;
  grown: Record<string, number>;
}

export interface DifferenceLine {
  mark: string;
  time: number;
  from?: number;
  to?: number;
  text: string;
  note?: string;
}

export interface Difference {
  time: number;
  report: string;
  lines: DifferenceLine[];
}

export interface Ladder {
  lifelines: Lifeline[];
  packets: Packet[];
  calls: Call[];
  states: State[];
  samples: Sample[];
  timers: Timer[];
  faults: Fault[];
  outputs: Output[];
  notes: Note[];
  counters: Counters[];
  differences: Difference[];
  begin: number;
  end: number;
  problem?: string;
}

export interface Failure {
  file: string;
  line: number;
  message: string;
}

// One run of a scenario, as the overview knows it.
export interface Run {
  story: number; // index into Report.stories
  ip: string;
  column: number; // index into Report.columns
  verdict: string; // "passed", "failed", "skipped", "error", "crashed", "timed_out", "held_up"
  control?: string; // the cause that was withheld
  vacuous?: boolean;
  as_expected: boolean;
  repeat: number;
  seconds: number;
  reason?: string; // one line: why it was skipped, crashed, …
  headline?: string; // the one line that matters: the reason, or what its first failure says
  folder?: string; // of its evidence, beside the page
  again: string; // the command that runs it again
  deviations?: string[]; // what this kernel does differently, where the story knows of it
}

// What the page tells of a run when it is opened.
export interface RunDetails {
  ladder: Ladder;
  failures: Failure[];
  causes: string[];
  output?: string; // what the scenario's process printed
  captures: string[]; // capture files in the run's folder
}

export interface Story {
  name: string; // "RstAfterFin.SecondWriteFailsWithEpipe"
  family: string;
  file: string;
  line: number;
  says?: string; // one sentence: what happens
  source?: string; // RFC section, man page, sysctl document, kernel function
  outdated?: string;
}

// Where runs happened: a kernel, on this machine or in a guest, with its timers.
export interface Column {
  kernel: string;
  venue: string; // "host" or "guest"
  profile: string; // "fast" or "default"
}

// What ran in one guest.
export interface Guest {
  name: string; // Column.kernel
  release: string;
  virtual_seconds: number;
  wall_seconds: number;
  error: string; // why it did not come to its end
}

// The numbers of the console's summary: a scenario with a control that is not red counts as failed.
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  controls: number;
  red: number;
  vacuous: number;
}

export interface Report {
  version: string;
  command: string;
  tally: Tally;
  guests?: Guest[];
  wall_seconds: number;
  virtual_seconds?: number;
  interrupted?: boolean;
  columns: Column[];
  stories: Story[];
  runs: Run[];
}
