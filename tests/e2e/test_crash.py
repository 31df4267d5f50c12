#!/usr/bin/env python3
"""kill -9 in the middle of writing: after a restart every acknowledged change is there, and none is half there."""
import itertools
import random
import tempfile
import threading

from harness import DEADLINE, Daemon, check, equal, main, test
from transfer import create, delete, load, properties, put
from wsman import URI, ask, enumerate_, local

ROUNDS, WRITERS, KEYS = 3, 4, 6
ACKNOWLEDGED = 150  # changes of a round, all writers together


class Storm:
    """Writers on one daemon, until it is killed after so many acknowledged changes."""

    def __init__(self, daemon, writers):
        self.left, self.enough = ACKNOWLEDGED, threading.Event()
        self.lock = threading.Lock()
        threads = [threading.Thread(target=w.run, args=(daemon, self), daemon=True) for w in writers]
        for t in threads:
            t.start()
        stormy = self.enough.wait(DEADLINE)
        daemon.kill()
        for t in threads:
            t.join(DEADLINE)
        for w in writers:
            if w.problem:
                raise w.problem
        check(stormy, "too few changes")

    def acknowledge(self):
        with self.lock:
            self.left -= 1
            if self.left <= 0:
                self.enough.set()


class Writer:
    """Changes its own things one after another. known: what the last acknowledged change of each left; unsure: the change that had no answer
    when the daemon died, as (key, what it would leave)."""

    def __init__(self, name):
        self.name, self.random, self.numbers = name, random.Random(name), itertools.count(1)
        self.known, self.unsure, self.problem = {}, [], None

    def run(self, daemon, storm):
        try:
            with daemon.connect() as connection:
                while True:
                    self.change(connection)
                    storm.acknowledge()
        except (OSError, EOFError):
            pass  # it is dead
        except Exception as e:
            self.problem = None if storm.enough.is_set() else e  # an answer that was cut
            storm.enough.set()

    def do(self, changes, act):
        self.unsure = list(changes)
        act()
        self.known.update(changes)
        self.unsure = []

    def check(self, found):
        """found: the things of this writer by their keys; goes on from there."""
        sure = dict(self.known)
        after = {**sure, **dict(self.unsure)}
        found = {key: found.get(key) for key in {*sure, *after, *found}}
        without_none = [{k: v for k, v in state.items() if v is not None} for state in (found, sure, after)]
        check(without_none[0] in without_none[1:], f"{self.name}: found {without_none[0]}, expected {without_none[1]} or {without_none[2]}")
        self.known, self.unsure = found, []


class Transfers(Writer):
    """Create, Put and Delete of Test_Base."""

    def change(self, connection):
        key = f"{self.name}-{self.random.randrange(KEYS)}"
        n = next(self.numbers)
        there = self.known.get(key) is not None
        if there and self.random.random() < 0.3:
            self.do([(key, None)], lambda: ask(connection, delete("Test_Base", Id=key)).is_good())
            return
        values = properties(Id=key, Number=str(n), Text=f"text {n} " * 50, List=[str(n)] * 5)
        request = put("Test_Base", values, Id=key) if there else create("Test_Base", values)
        self.do([(key, n)], lambda: ask(connection, request).is_good())


class Loads(Writer):
    """Several instances at once, as MOF: all or none of them."""

    def change(self, connection):
        n = next(self.numbers)
        texts, changes = [], []
        for k in range(KEYS):
            changes.append((f"{self.name}-{k}", n))
            texts.append('instance of Test_Base { Id = "%s-%d"; Number = %d; Text = "%s"; List = {%s}; };'
                         % (self.name, k, n, f"text {n} " * 50, ", ".join([f'"{n}"'] * 5)))
        self.do(changes, lambda: load(connection, "\n".join(texts)))


def things(daemon):
    """Number of each Test_Base by its Id; each must be whole."""
    found = {}
    answer = ask(daemon, enumerate_("Test_Base", 10000, uri=URI + "Test_Base")).is_good()
    for item in answer.items:
        values = {}
        for e in item:
            values.setdefault(local(e), []).append(e.text)
        n = values["Number"][0]
        equal(values["Text"], [f"text {n} " * 50], "Text")
        equal(values["List"], [n] * 5, "List")
        key = values["Id"][0]
        check(key not in found, f"{key} is there twice")
        found[key] = int(n)
    return found


def storm(writers):
    with tempfile.TemporaryDirectory() as state:
        daemon = Daemon(state_dir=state)
        load(daemon)
        for _ in range(ROUNDS):
            Storm(daemon, writers)
            daemon = Daemon(state_dir=state)
            found = things(daemon)
            for w in writers:
                w.check({k: n for k, n in found.items() if k.startswith(w.name + "-")})
        daemon.stop()


@test
def loads_are_whole_after_a_kill():
    storm([Loads(f"load{i}") for i in range(2)])


@test
def acknowledged_creates_puts_and_deletes_survive_a_kill():
    storm([Transfers(f"writer{i}") for i in range(WRITERS)])


@test
def transfers_and_loads_survive_a_kill_together():
    storm([Transfers("writer"), Loads("load")])


if __name__ == "__main__":
    main()
