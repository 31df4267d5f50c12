"""Reader of the facts table of CIM schema 2.41: names, types, keys, value maps; no texts.

The table has one line per class, property and method, with tab-separated columns:
  class   name, superclass, flags, version
  prop    class, name, type, flags, referenced or embedded class, units, value map
  method  class, name, return type, flags, parameters (name:type:direction), value map
A value map is `value=text|value=text` or, without texts, `value|value`.
"""
import gzip
import os
import re

DEFAULT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cim-schema-2.41.tsv.gz")


class Feature:
    """A property or parameter: `type` is "reference" for references, `ref` their target class."""

    def __init__(self, name, type, array, ref):
        self.name, self.type, self.array, self.ref = name, type, array, ref
        self.flags, self.units, self.values = {}, "", []


class Method:
    def __init__(self, name, type):
        self.name, self.type, self.params, self.values = name, type, [], []


class Class:
    def __init__(self, name, superclass):
        self.name, self.superclass = name, superclass
        self.flags, self.version, self.props, self.methods = {}, "", [], []


def value_map(text):
    """List of (value, text); text is None in maps without texts. A text may itself contain `|`."""
    pieces = text.split("|") if text else []
    if not any("=" in piece for piece in pieces):
        return [(piece, None) for piece in pieces]
    joined = []
    for piece in pieces:
        if "=" in piece:
            joined.append(piece)
        else:
            joined[-1] += "|" + piece
    return [tuple(piece.split("=", 1)) for piece in joined]


def flag_set(text):
    """`Key,MaxLen=64` gives {"Key": "", "MaxLen": "64"}."""
    return dict((flag.split("=", 1) + [""])[:2] for flag in text.split(",") if flag)


def parameter(text):
    match = re.fullmatch(r"(\w+):(\w+)(\[\])?(?:\((\w+)\))?:(in|out|in/out)", text)
    name, type, array, ref, direction = match.groups()
    param = Feature(name, type, bool(array), ref or "")
    param.flags = {"In": ""} if direction == "in" else {"Out": ""}
    if direction == "in/out":
        param.flags["In"] = ""
    return param


def read(path=DEFAULT):
    """All classes of the table by name, in its order."""
    classes = {}
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                add_row(classes, line.rstrip("\n").split("\t"))
    return classes


def add_row(classes, row):
    if row[0] == "class":
        found = classes[row[1]] = Class(row[1], row[2])
        found.flags, found.version = flag_set(row[3]), row[4]
    elif row[0] == "prop":
        flags = flag_set(row[4])
        prop = Feature(row[2], row[3], "Array" in flags, row[5])
        flags.pop("Array", None)
        prop.flags, prop.units, prop.values = flags, row[6], value_map(row[7])
        classes[row[1]].props.append(prop)
    elif row[0] == "method":
        method = Method(row[2], row[3])
        method.params = [parameter(text) for text in row[5].split()]
        method.values = value_map(row[6])
        classes[row[1]].methods.append(method)
    else:
        raise ValueError("unknown row kind %r" % row[0])
