#!/usr/bin/env python3
"""Compares MOF with the facts table of the CIM schema, and looks for missing descriptions.

    facts.py [TABLE [FILE|DIRECTORY]]

TABLE defaults to cim-schema-2.41.tsv.gz beside this script. FILE is read with all that it includes;
every directory with .mof files below DIRECTORY (default conf/schema) is one namespace. Differences
are printed, one a line, and make the exit code 1.
"""
import os
import sys

import mofreader
import table

CLASS_FLAGS = {"Abstract", "Association", "Aggregation", "Composition", "Indication", "Exception",
               "Deprecated"}
FLAGS = {"Key", "Required", "Write", "Weak", "Aggregate", "Counter", "Gauge", "OctetString",
         "Deprecated", "MaxLen", "Min", "Max", "ArrayType"}

# The table lists where a property is introduced. Names that become keys in a subclass are here.
KEYS = {
    "CIM_System": "CreationClassName Name",
    "CIM_Service": "SystemCreationClassName SystemName CreationClassName Name",
    "CIM_ConcreteJob": "InstanceID",
    "CIM_OperatingSystem": "CSCreationClassName CSName CreationClassName Name",
    "CIM_UnixProcess": "CSCreationClassName CSName OSCreationClassName OSName CreationClassName "
                       "Handle",
    "CIM_Processor": "SystemCreationClassName SystemName CreationClassName DeviceID",
    "CIM_EthernetPort": "SystemCreationClassName SystemName CreationClassName DeviceID",
    "CIM_UnixLocalFileSystem": "CSCreationClassName CSName CreationClassName Name",
    "CIM_NFS": "CSCreationClassName CSName CreationClassName Name",
    "CIM_EthernetPortStatistics": "InstanceID",
    "CIM_RunningOS": "Antecedent Dependent",
    "CIM_SystemDevice": "GroupComponent PartComponent",
    "CIM_ElementStatisticalData": "ManagedElement Stats",
    "CIM_Namespace": "SystemCreationClassName SystemName ObjectManagerCreationClassName "
                     "ObjectManagerName CreationClassName Name",
}


class Check:
    """One namespace against the table."""

    def __init__(self, facts, unit):
        self.facts, self.unit, self.differences = facts, unit, []

    def say(self, decl, text, *args):
        self.differences.append("%s: %s: %s" % (decl.where, decl.name, text % args))

    def same(self, decl, what, found, expected):
        if found != expected:
            self.say(decl, "%s is %r, expected %r", what, found, expected)

    def ancestors(self, decl):
        """The class and its superclasses, as far as they are declared."""
        while decl:
            yield decl
            decl = self.unit.classes.get(decl.superclass.lower())

    def run(self):
        for decl in self.unit.classes.values():
            fact = self.facts.get(decl.name)
            if fact:
                self.check_class(decl, fact)
            elif decl.name.startswith("CIM_"):
                self.say(decl, "is not in the table")
            else:
                self.check_own_class(decl)
        return self.differences

    def check_own_class(self, decl):
        """A class of ours is in no table, but is as well documented as the others."""
        self.check_qualifiers(decl, "association" if "association" in decl.quals else "class")
        for feature in decl.features:
            self.check_common(feature, feature.kind)

    def check_class(self, decl, fact):
        self.same(decl, "superclass", decl.superclass, fact.superclass)
        if decl.superclass and decl.superclass.lower() not in self.unit.classes:
            self.say(decl, "superclass %s is not declared", decl.superclass)
        self.same(decl, "flags", present(decl, CLASS_FLAGS), sorted(fact.flags))
        self.same(decl, "version", decl.quals.get("version"), fact.version)
        self.check_qualifiers(decl, "association" if "association" in decl.quals else "class")
        props = {one.name: one for one in decl.features if one.kind == "property"}
        methods = {one.name: one for one in decl.features if one.kind == "method"}
        if len(props) + len(methods) != len(decl.features):
            self.say(decl, "declares a name twice")
        self.check_set(decl, props, {one.name: one for one in fact.props}, self.check_property)
        self.check_set(decl, methods, {one.name: one for one in fact.methods}, self.check_method)
        self.check_references(decl)

    def check_set(self, decl, found, expected, check):
        for name in expected:
            if name not in found:
                self.say(decl, "%s is missing", name)
        for name, feature in found.items():
            if name in expected:
                check(feature, expected[name])
                if "override" in feature.quals:
                    self.say(feature, "has Override, but is introduced here")
            else:
                self.check_override(decl, feature)

    def check_override(self, decl, feature):
        inherited = [one for ancestor in list(self.ancestors(decl))[1:]
                     for one in ancestor.features if one.name == feature.name]
        if not inherited:
            return self.say(feature, "is not in the table")
        self.same(feature, "Override", feature.quals.get("override"), feature.name)
        base = inherited[0]
        self.same(feature, "kind", feature.kind, base.kind)
        self.same(feature, "type", (feature.type, feature.array), (base.type, base.array))
        if feature.ref:
            target = self.unit.classes.get(feature.ref.lower())
            if base.ref not in [one.name for one in self.ancestors(target)]:
                self.say(feature, "target %s is no subclass of %s", feature.ref, base.ref)
        self.check_common(feature, "property" if feature.kind == "property" else "method")

    def check_property(self, prop, fact):
        self.same(prop, "type", (prop.type, prop.array), (fact.type, fact.array))
        self.same(prop, "flags", present(prop, FLAGS), sorted(fact.flags))
        for flag in ("MaxLen", "Min", "Max", "ArrayType"):
            if flag in fact.flags and flag.lower() in prop.quals:
                value = str(prop.quals[flag.lower()])
                self.same(prop, flag, value.lower(), fact.flags[flag].lower())
        if fact.type == "reference":
            self.same(prop, "target", prop.ref, fact.ref)
        else:
            self.same(prop, "embedded class", embedded(prop), fact.ref)
        self.same(prop, "units", prop.quals.get("punit", prop.quals.get("units", "")), fact.units)
        self.same(prop, "value map", value_map(prop), fact.values)
        self.check_common(prop, "property")

    def check_method(self, method, fact):
        self.same(method, "type", method.type, fact.type)
        self.same(method, "value map", value_map(method), fact.values)
        self.same(method, "parameters", [one.name for one in method.params],
                  [one.name for one in fact.params])
        self.check_common(method, "method")
        for param, expected in zip(method.params, fact.params):
            self.same(param, "type", (param.type, param.array, param.ref),
                      (expected.type, expected.array, expected.ref))
            self.same(param, "direction", direction(param), sorted(expected.flags))
            self.check_common(param, "parameter")

    def check_common(self, decl, kind):
        """What holds for all features: declared classes and qualifiers, paired value maps."""
        self.check_qualifiers(decl, "reference" if decl.ref and kind == "property" else kind)
        target = decl.ref or decl.quals.get("embeddedinstance")
        if target and target.lower() not in self.unit.classes:
            self.say(decl, "class %s is not declared", target)
        if "values" in decl.quals and \
                len(decl.quals["values"]) != len(decl.quals.get("valuemap", decl.quals["values"])):
            self.say(decl, "Values and ValueMap differ in length")

    def check_qualifiers(self, decl, scope):
        if not decl.quals.get("description"):
            self.say(decl, "has no Description")
        for name, value in decl.quals.items():
            declared = self.unit.qualifiers.get(name)
            if not declared:
                self.say(decl, "qualifier %s is not declared", name)
                continue
            scopes = {scope} | ({"class", "indication"} if "indication" in decl.quals else set())
            if not scopes & set(declared.scopes) and "any" not in declared.scopes:
                self.say(decl, "qualifier %s does not apply to a %s", name, scope)
            if declared.array != isinstance(value, list):
                self.say(decl, "qualifier %s: array and scalar mixed up", name)
            if declared.type == "boolean" and not isinstance(value, bool):
                self.say(decl, "qualifier %s is no boolean", name)

    def check_references(self, decl):
        names = {one.name for ancestor in self.ancestors(decl) for one in ancestor.features
                 if one.ref and one.kind == "property"}
        association = any("association" in one.quals for one in self.ancestors(decl))
        if association != bool(names) or (association and len(names) < 2):
            self.say(decl, "association with %d references", len(names))

    def check_keys(self):
        for name, keys in KEYS.items():
            decl = self.unit.classes.get(name.lower())
            if decl:
                found = {one.name for ancestor in self.ancestors(decl)
                         for one in ancestor.features if "key" in one.quals}
                self.same(decl, "keys", sorted(found), sorted(keys.split()))


def present(decl, flags):
    return sorted(flag for flag in flags if decl.quals.get(flag.lower()))


def embedded(decl):
    if "embeddedobject" in decl.quals:
        return "object"
    return decl.quals.get("embeddedinstance", "")


def direction(param):
    flags = [("In", param.quals.get("in", True)), ("Out", param.quals.get("out", False))]
    return [name for name, value in flags if value]


def value_map(decl):
    values = decl.quals.get("valuemap", [])
    return list(zip(values, decl.quals.get("values", [None] * len(values))))


def namespaces(root):
    """The units below root: one list of files for each directory that holds .mof files."""
    for directory, _, files in sorted(os.walk(root)):
        mof = sorted(file for file in files if file.endswith(".mof"))
        if mof:
            yield [os.path.join(directory, file) for file in mof]


def main(arguments):
    facts = table.read(arguments[0] if arguments else table.DEFAULT)
    ours = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../conf/schema")
    place = arguments[1] if len(arguments) > 1 else ours
    units = [[place]] if os.path.isfile(place) else list(namespaces(place))
    if not units:
        sys.exit("facts.py: no .mof files in %s" % place)
    differences, classes = [], 0
    for files in units:
        unit = mofreader.Reader()
        for file in files:
            unit.read(file)
        check = Check(facts, unit)
        check.run()
        if place == ours:
            check.check_keys()
        differences += check.differences
        classes += len(unit.classes)
    for line in differences:
        print(line)
    print("facts.py: %d namespaces, %d classes, %d differences"
          % (len(units), classes, len(differences)))
    return 1 if differences else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (mofreader.MofError, OSError) as error:
        sys.exit("facts.py: %s" % error)
