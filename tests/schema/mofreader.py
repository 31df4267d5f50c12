"""A small reader of MOF class and qualifier declarations, for the schema tests only.

It is written apart from the server's own compiler on purpose: each can be tested against the other.
"""
import os
import re

TOKEN = re.compile(r"""
    (?P<skip>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<pragma>\#pragma)
  | (?P<string>"(?:[^"\\\n]|\\.)*")
  | (?P<number>[+-]?\d[\w.]*)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<mark>[\[\]{}(),;:=])
""", re.X | re.S)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class MofError(Exception):
    pass


class Decl:
    """A class, property, method, parameter or qualifier declaration."""

    def __init__(self, kind, name, where):
        self.kind, self.name, self.where = kind, name, where
        self.quals, self.type, self.array, self.ref = {}, "", False, ""
        self.superclass, self.features, self.params, self.scopes = "", [], [], []


class Reader:
    def __init__(self):
        self.classes, self.qualifiers, self.includes, self.seen = {}, {}, [], set()

    def read(self, path):
        """Reads a file and what it includes, each file once."""
        path = os.path.realpath(path)
        if path in self.seen:
            return
        self.seen.add(path)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        Parser(self, path, text).run()


class Parser:
    def __init__(self, reader, path, text):
        self.reader, self.path, self.tokens, self.at = reader, path, [], 0
        position, line = 0, 1
        while position < len(text):
            match = TOKEN.match(text, position)
            if not match:
                raise MofError("%s:%d: cannot read %r" % (path, line, text[position:position + 20]))
            if match.lastgroup != "skip":
                self.tokens.append((match.lastgroup, match.group(), line))
            line += match.group().count("\n")
            position = match.end()

    def where(self):
        line = self.tokens[min(self.at, len(self.tokens) - 1)][2]
        return "%s:%d" % (os.path.relpath(self.path), line)

    def peek(self, ahead=0):
        index = self.at + ahead
        return self.tokens[index][1] if index < len(self.tokens) else ""

    def next(self, kind=None):
        if self.at >= len(self.tokens) or kind not in (None, self.tokens[self.at][0]):
            raise MofError("%s: %s expected, found %r" % (self.where(), kind, self.peek()))
        self.at += 1
        return self.tokens[self.at - 1][1]

    def want(self, text):
        if self.peek().lower() != text.lower():
            raise MofError("%s: %r expected, found %r" % (self.where(), text, self.peek()))
        self.at += 1

    def accept(self, text):
        if self.peek().lower() != text.lower():
            return False
        self.at += 1
        return True

    def run(self):
        while self.at < len(self.tokens):
            if self.peek() == "#pragma":
                self.pragma()
            elif self.peek().lower() == "qualifier":
                self.qualifier_declaration()
            else:
                self.class_declaration()

    def pragma(self):
        self.next("pragma")
        name = self.next("name")
        self.want("(")
        value = self.value()
        self.want(")")
        if name.lower() == "include":
            self.reader.includes.append(value)
            self.reader.read(os.path.join(os.path.dirname(self.path), value))

    def qualifier_declaration(self):
        self.want("qualifier")
        decl = Decl("qualifier", self.next("name"), self.where())
        self.want(":")
        decl.type, decl.array = self.next("name"), self.array()
        if self.accept("="):
            self.value()
        self.want(",")
        self.want("scope")
        decl.scopes = [scope.lower() for scope in self.names()]
        if self.accept(","):
            self.want("flavor")
            self.names()
        self.want(";")
        self.add(self.reader.qualifiers, decl)

    def names(self):
        self.want("(")
        found = [self.next("name")]
        while self.accept(","):
            found.append(self.next("name"))
        self.want(")")
        return found

    def add(self, table, decl):
        if decl.name.lower() in table:
            raise MofError("%s: %s is declared twice" % (decl.where, decl.name))
        table[decl.name.lower()] = decl

    def class_declaration(self):
        quals = self.qualifiers()
        self.want("class")
        decl = Decl("class", self.next("name"), self.where())
        decl.quals = quals
        if self.accept(":"):
            decl.superclass = self.next("name")
        self.want("{")
        while not self.accept("}"):
            decl.features.append(self.feature())
        self.want(";")
        self.add(self.reader.classes, decl)

    def feature(self):
        decl = self.typed("property")
        if self.accept("("):
            decl.kind = "method"
            while not self.accept(")"):
                decl.params.append(self.typed("parameter"))
                self.accept(",")
        elif self.accept("="):
            self.value()
        self.want(";")
        return decl

    def typed(self, kind):
        quals = self.qualifiers()
        type, ref = self.next("name"), ""
        if self.accept("ref"):
            type, ref = "reference", type
        decl = Decl(kind, self.next("name"), self.where())
        decl.quals, decl.type, decl.ref, decl.array = quals, type, ref, self.array()
        return decl

    def array(self):
        if not self.accept("["):
            return False
        if self.peek() != "]":
            self.next("number")
        self.want("]")
        return True

    def qualifiers(self):
        found = {}
        if not self.accept("["):
            return found
        while True:
            name = self.next("name")
            if name.lower() in found:
                raise MofError("%s: qualifier %s twice" % (self.where(), name))
            found[name.lower()] = self.qualifier_value()
            if not self.accept(","):
                break
        self.want("]")
        return found

    def qualifier_value(self):
        if self.accept("("):
            value = self.value()
            self.want(")")
            return value
        return self.value() if self.peek() == "{" else True

    def value(self):
        if self.accept("{"):
            items = []
            while not self.accept("}"):
                items.append(self.value())
                self.accept(",")
            return items
        if self.tokens[self.at][0] == "string":
            return self.strings()
        word = self.next()
        return {"true": True, "false": False, "null": None}.get(word.lower(), word)

    def strings(self):
        text = ""
        while self.at < len(self.tokens) and self.tokens[self.at][0] == "string":
            text += self.next()[1:-1]
        return re.sub(r"\\(.)", lambda match: ESCAPES.get(match.group(1), match.group(1)), text)
