#!/usr/bin/env python3
"""Writes a MOF tree of the size and shape of the complete DMTF schema, for load tests.

    dmtf_mof.py OUTPUT-DIRECTORY [TABLE]

Writes cim_schema.mof, which includes qualifiers.mof and then one file for each class of the table,
superclasses first. Names, types, qualifiers and value maps are those of the table; descriptions
are filler, long enough to bring the tree to about 4.2 MB. The output is always the same
for the same table. Redeclarations (Override) are not in the table and so not in the tree.
"""
import os
import re
import shutil
import sys

import table

SIZE = 4200000
WIDTH = 72
FILLER = (
    "It is set when the element is created and kept up to date by the provider as long as the "
    "element exists. A client should be ready for an absent value, which means that it is not "
    "known at the moment. Values are compared exactly, without regard to the language of the "
    "user. Where several elements share one resource, each of them reports its own part and the "
    "whole is found by following the associations. A change becomes visible with the next "
    "operation and, where indications are configured, is announced to the subscribers."
).split(" ")
STARTS = [0] + [at + 1 for at, word in enumerate(FILLER[:-1]) if word.endswith(".")]
FLAG_ORDER = ("Key", "Required", "Write", "Weak", "Aggregate", "Counter", "Gauge", "OctetString")


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def words(name):
    """`CIM_OSProcess` gives "OS process"."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|\d+", name.split("_", 1)[-1])
    return " ".join(part if part.isupper() else part.lower() for part in parts)


def wrapped(text, indent):
    """Adjacent string literals of WIDTH columns."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + len(word) > WIDTH:
            lines.append(line)
            line = ""
        line += word + " "
    lines.append(line.rstrip())
    return ("\n" + indent).join(quoted(line) for line in lines)


def listed(values, indent):
    lines, line = [], ""
    for number, value in enumerate(values):
        item = quoted(value) + (", " if number + 1 < len(values) else "")
        if line and len(line) + len(item) > WIDTH:
            lines.append(line.rstrip())
            line = ""
        line += item
    return "{ " + ("\n" + indent).join(lines + [line]) + " }"


class Writer:
    """Writes classes with `filler` words in each description."""

    def __init__(self, filler):
        self.filler = filler

    def description(self, subject, indent):
        start = STARTS[sum(map(ord, subject)) % len(STARTS)]
        text = ("The " + subject + ". " + " ".join(
            FILLER[(start + step) % len(FILLER)] for step in range(self.filler))).strip()
        return "Description (\n" + indent + "   " + wrapped(text, indent + "   ") + " )"

    def values(self, values, indent):
        if not values:
            return []
        inner = indent + "   "
        found = ["ValueMap " + listed([value for value, _ in values], inner)]
        if values[0][1] is not None:
            found.append("Values " + listed([text for _, text in values], inner))
        return found

    def feature_qualifiers(self, feature, subject, indent):
        flags = feature.flags
        found = [flag for flag in FLAG_ORDER if flag in flags]
        if "Deprecated" in flags:
            found.append('Deprecated { "No value" }')
        found.append(self.description(subject, indent))
        found += ["%s ( %s )" % (flag, flags[flag]) for flag in ("Min", "Max", "MaxLen")
                  if flag in flags]
        if "ArrayType" in flags:
            found.append('ArrayType ( "%s" )' % flags["ArrayType"])
        if feature.units:
            word = "PUnit" if feature.units[0].islower() else "Units"
            found.append("%s ( %s )" % (word, quoted(feature.units)))
        if feature.ref and feature.type != "reference":
            found.append("EmbeddedObject" if feature.ref == "object"
                         else "EmbeddedInstance ( %s )" % quoted(feature.ref))
        return found + self.values(feature.values, indent)

    def bracket(self, qualifiers, indent):
        return indent + "[" + (", \n" + indent + " ").join(qualifiers) + "]\n"

    def declaration(self, feature):
        type = feature.ref + " REF" if feature.type == "reference" else feature.type
        return "%s %s%s" % (type, feature.name, "[]" if feature.array else "")

    def property(self, owner, prop):
        subject = words(prop.name) + " of the " + words(owner.name)
        return (self.bracket(self.feature_qualifiers(prop, subject, " " * 7), " " * 6)
                + "   " + self.declaration(prop) + ";\n\n")

    def parameter(self, method, param):
        if "Out" not in param.flags:
            direction = ["In"]
        else:
            direction = ["In", "Out"] if "In" in param.flags else ["In ( false )", "Out"]
        subject = words(param.name) + " for " + words(method.name)
        qualifiers = direction + [self.description(subject, " " * 10)]
        return self.bracket(qualifiers, " " * 9) + "      " + self.declaration(param)

    def method(self, owner, method):
        subject = "method " + words(method.name) + " of the " + words(owner.name)
        qualifiers = [self.description(subject, " " * 7)] + self.values(method.values, " " * 7)
        parameters = ", \n".join(self.parameter(method, one) for one in method.params)
        return (self.bracket(qualifiers, " " * 6) + "   %s %s(" % (method.type, method.name)
                + ("\n" + parameters if parameters else "") + ");\n\n")

    def whole(self, one):
        flags = [flag for flag in one.flags if flag != "Deprecated"]
        if "Deprecated" in one.flags:
            flags.append('Deprecated { "No value" }')
        flags.append('Version ( "%s" )' % one.version)
        flags.append(self.description("class of each " + words(one.name), " " * 4))
        heading = one.name + (" : " + one.superclass if one.superclass else "")
        return (self.bracket(flags, " " * 3) + "class " + heading + " {\n\n"
                + "".join(self.property(one, prop) for prop in one.props)
                + "".join(self.method(one, method) for method in one.methods) + "\n};\n")


def superclasses_first(classes):
    order = {}

    def visit(name):
        if name and name not in order:
            visit(classes[name].superclass)
            order[name] = classes[name]

    for name in classes:
        visit(name)
    return list(order.values())


def tree(classes, filler):
    """The text of each class file by file name."""
    writer = Writer(filler)
    return {one.name + ".mof": writer.whole(one) for one in superclasses_first(classes)}


def size(files):
    return sum(len(text.encode()) for text in files.values())


def fitting_tree(classes):
    """The tree of about SIZE bytes. Size grows with the filler in nearly equal steps."""
    sample = 32
    least = size(tree(classes, 0))
    step = (size(tree(classes, sample)) - least) / sample
    return tree(classes, max(0, round((SIZE - least) / step)))


def main(arguments):
    if not arguments:
        sys.exit(__doc__.strip())
    directory = arguments[0]
    files = fitting_tree(table.read(*arguments[1:2]))
    os.makedirs(os.path.join(directory, "classes"), exist_ok=True)
    here = os.path.dirname(os.path.abspath(__file__))
    shutil.copyfile(os.path.join(here, "../../conf/schema/root/cimv2/qualifiers.mof"),
                    os.path.join(directory, "qualifiers.mof"))
    for name, text in files.items():
        write(os.path.join(directory, "classes", name), text)
    includes = ["qualifiers.mof"] + ["classes/" + name for name in files]
    write(os.path.join(directory, "cim_schema.mof"),
          "".join('#pragma include ("%s")\n' % name for name in includes))
    print("dmtf_mof.py: %d classes, %d bytes" % (len(files), size(files)))


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
