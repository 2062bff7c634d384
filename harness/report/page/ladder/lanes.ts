// SPDX-License-Identifier: GPL-2.0-or-later
// Things that overlap in time stand side by side: lanes, each of which is used again.
import type { Ladder } from "../model";

export interface Span {
  begin: number;
  end: number;
}

// The lane of each span, given in the order of their begins: the first that is free.
export function lanesOf(spans: Span[]): { lanes: number[]; count: number } {
  const ends: number[] = [];
  const lanes = spans.map((span) => {
    let lane = ends.findIndex((end) => end <= span.begin);
    if (lane < 0) lane = ends.push(0) - 1;
    ends[lane] = span.end;
    return lane;
  });
  return { lanes, count: ends.length };
}

// One socket: its states lie in one lane.
export interface Socket extends Span {
  label?: string;
  local?: string;
  remote?: string;
  listens: boolean;
  states: number[]; // indices into Ladder.states
  lane: number;
}

export interface HostLanes {
  sockets: Socket[];
  listeners: number; // lanes of listeners
  connections: number; // lanes of others, without those that are not shown
  more: Socket[]; // for which there is no lane
}

const kMostLanes = 6;

export function hostLanes(ladder: Ladder, lifeline: number): HostLanes {
  const byName = new Map<string, Socket>();
  ladder.states.forEach((state, i) => {
    if (state.lifeline !== lifeline) return;
    const listens = state.state === "LISTEN";
    const name = JSON.stringify([state.label, state.local, state.remote, listens]);
    let socket = byName.get(name);
    if (!socket) {
      socket = { label: state.label, local: state.local, remote: state.remote, listens, states: [],
                 lane: 0, begin: state.begin, end: state.end };
      byName.set(name, socket);
    }
    socket.states.push(i);
    socket.begin = Math.min(socket.begin, state.begin);
    socket.end = Math.max(socket.end, state.end);
  });
  const sockets = [...byName.values()].sort((a, b) => a.begin - b.begin);
  const place = (listens: boolean) => {
    const those = sockets.filter((socket) => socket.listens === listens);
    const { lanes, count } = lanesOf(those);
    those.forEach((socket, i) => { socket.lane = lanes[i]; });
    return Math.min(count, kMostLanes);
  };
  const listeners = place(true);
  const connections = place(false);
  const isShown = (socket: Socket) => socket.lane < kMostLanes;
  return { sockets: sockets.filter(isShown), listeners, connections, more: sockets.filter((s) => !isShown(s)) };
}
