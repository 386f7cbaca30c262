"""KA-1 on SimPy, with callbacks. What KA-1 is: ../README.md.

python3 ka1.py [CALLS]

Callbacks on timeouts, not processes: a generator for each timer costs SimPy much more. What is no longer wanted is
let run out and then ignored, for SimPy takes no timeout back.
"""

import gc
import math
import random
import sys
import time
from collections import Counter
from functools import partial

import simpy

ARRIVALS = 900.0
MEAN_TALK = 3600.0
T1, T2 = 0.5, 4.0
# A refresher refreshes after half the session interval of 1800 s; a watcher gives up 32 s before its end.
REFRESH_AFTER = 900.0
WATCH = 1800.0 - 32.0
# Waits after each copy of a request, sent at 0, .5, 1.5, 3.5, 7.5 ... 31.5 s; it times out at 32 s.
WAITS = [min(T1 * 2**copy, T2) for copy in range(10)] + [T1]

CALLER, CALLEE = 0, 1  # The caller refreshes, the callee watches.
UPDATE, BYE = range(2)


class World:
    """The clock, the path, and what is counted."""

    def __init__(self):
        self.env = simpy.Environment()
        self.random = random.Random(1)
        self.sent = self.delivered = self.firings = 0
        # Whole milliseconds, by who hung up.
        self.recovery = Counter(), Counter()

    def after(self, delay, callback):
        self.env.timeout(delay).callbacks.append(callback)

    def carry(self, deliver):
        """Loses one message in twenty, and delivers the others after 40 to 60 ms."""
        self.sent += 1
        if self.random.random() >= 0.05:
            self.after(self.random.uniform(0.04, 0.06), deliver)


class Agent:
    __slots__ = "holds", "requests", "method", "copies"

    def __init__(self):
        self.holds = True
        self.requests = 0  # how many it began: the number of the last
        self.method = None  # of the request that waits for its response
        self.copies = 0


class Call:
    """Stands already, from some instant in the first 900 s."""

    __slots__ = "world", "agents", "watch_until", "last_update", "hung_up_at", "hung_up_by", "bye_lost"

    def __init__(self, world):
        self.world = world
        self.agents = Agent(), Agent()
        begin = world.random.uniform(0, ARRIVALS)
        self.watch_until = begin + WATCH
        self.last_update = 0
        self.hung_up_at = self.hung_up_by = None
        self.bye_lost = False
        world.after(begin + world.random.expovariate(1 / MEAN_TALK), self.hang_up)
        world.after(begin + REFRESH_AFTER, self.refresh_due)
        world.after(self.watch_until, self.watch_ends)

    def hang_up(self, _):
        if self.agents[CALLER].holds and self.agents[CALLEE].holds:
            self.world.firings += 1
            self.hung_up_at = self.world.env.now
            self.hung_up_by = self.world.random.choice((CALLER, CALLEE))
            self.bye_lost = self.world.random.random() < 0.1
            self.agents[self.hung_up_by].holds = False
            self.request(self.hung_up_by, BYE)

    def refresh_due(self, _):
        if self.agents[CALLER].holds:
            self.world.firings += 1
            self.request(CALLER, UPDATE)

    def watch_ends(self, _):
        if not self.agents[CALLEE].holds:
            return
        left = self.watch_until - self.world.env.now
        if left > 0:
            self.world.after(left, self.watch_ends)
        else:
            self.world.firings += 1
            self.release(CALLEE)
            self.request(CALLEE, BYE)

    def request(self, side, method):
        agent = self.agents[side]
        agent.requests += 1
        agent.method = method
        agent.copies = 0
        self.send_copy(side, agent)

    def send_copy(self, side, agent):
        self.world.after(WAITS[agent.copies], partial(self.send_again, side, agent.requests))
        agent.copies += 1
        if agent.method == BYE and self.bye_lost and side == self.hung_up_by:
            self.world.sent += 1
        else:
            self.world.carry(partial(self.request_arrives, 1 - side, agent.requests, agent.method))

    def send_again(self, side, number, _):
        agent = self.agents[side]
        if agent.method is None or agent.requests != number:
            return
        self.world.firings += 1
        if agent.copies < len(WAITS):
            self.send_copy(side, agent)
        elif agent.method == UPDATE:
            self.release(side)
            self.request(side, BYE)
        else:
            agent.method = None

    def request_arrives(self, side, number, method, _):
        self.world.delivered += 1
        ok = self.agents[side].holds
        if ok and method == BYE:
            self.release(side)
        elif ok and number > self.last_update:
            self.last_update = number
            self.watch_until = self.world.env.now + WATCH
        # 200, or 481 by an agent that holds no such call.
        self.world.carry(partial(self.response_arrives, 1 - side, number, ok))

    def response_arrives(self, side, number, ok, _):
        self.world.delivered += 1
        agent = self.agents[side]
        if agent.method is None or agent.requests != number:
            return
        method, agent.method = agent.method, None
        if method == UPDATE and ok:
            self.world.after(REFRESH_AFTER, self.refresh_due)
        elif method == UPDATE:
            self.release(side)

    def release(self, side):
        """The agent lets go: if the other hung up and its BYE was lost, the ghost ends here."""
        agent = self.agents[side]
        agent.holds = False
        agent.method = None
        if self.bye_lost:
            self.world.recovery[self.hung_up_by][int((self.world.env.now - self.hung_up_at) * 1000)] += 1


def report(world, calls, cpu):
    """The lines that ../report.rs prints."""
    events = world.delivered + world.firings
    print(f"calls     {calls}")
    print(f"events    {events} ({events / calls:.3f} a call)")
    print(f"messages  {world.sent} sent ({world.sent / calls:.3f} a call)")
    print(f"firings   {world.firings} ({world.firings / calls:.3f} a call)")
    closed_forms = ("R", "refresher", 1336.8), ("W", "watcher", 468.9)
    for (name, who, expected), histogram in zip(closed_forms, world.recovery):
        ghosts = histogram.total()
        mean = sum(ms * count for ms, count in histogram.items()) / 1000 / ghosts
        variance = sum((ms / 1000 - mean) ** 2 * count for ms, count in histogram.items()) / ghosts
        distance = (mean - expected) / math.sqrt(variance / ghosts)
        print(
            f"{name}         {mean:.1f} s until a ghost is found whose {who} hung up "
            f"({ghosts} ghosts, {distance:+.1f} standard errors from {expected} s)"
        )
    print(f"CPU       {cpu:.4f} s ({events / cpu / 1e6:.3f} million events a second)")


def main():
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    # Nothing here is garbage before the end, and looking for it among so many objects costs a fifth of the time.
    gc.disable()
    start = time.process_time()
    world = World()
    # Timeouts hold on to the calls.
    for _ in range(calls):
        Call(world)
    world.env.run()
    report(world, calls, time.process_time() - start)


main()
