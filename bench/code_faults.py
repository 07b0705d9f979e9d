"""Faults in the Python of the rules: made by mutmut's own operators, one in a function.

mutmut leaves alone what has a decorator, and here that is every fact; its operators are let into
those functions too. A fault is planted by giving the function that is there other code: whoever
imported, wrapped or registered it meets the fault.
"""

import ast
import difflib
import functools
import gc
import hashlib
import textwrap
import types
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import (
    NEVER_MUTATE_FUNCTION_NAMES,
    MutationVisitor,
    deep_replace,
)
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

RULES = Path(__file__).parent.parent / "careplan/rules"


@dataclass(frozen=True, eq=False)
class Mutant:
    """One fault: `now` is the whole function with it, `lines` what differs."""

    path: Path
    function: str  # "Band.holds": its name inside the file
    was: str
    now: str

    @property
    def module(self):
        return ".".join(self.path.relative_to(RULES).with_suffix("").parts)

    @property
    def name(self):
        """ "renal Band.holds": where it is, for people."""
        return f"{self.module} {self.function}"

    @property
    def key(self):
        """The same as long as the function is."""
        told = "\n".join((self.module, self.function, self.was, self.now))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def place(self):
        return str(self.path).removeprefix(str(RULES)), self.function

    @functools.cached_property
    def lines(self):
        """["-was", "+is"]: the lines that differ."""
        told = difflib.unified_diff(self.was.splitlines(), self.now.splitlines(), n=0, lineterm="")
        return [" ".join(line.split()) for line in list(told)[3:] if not line.startswith("@@")]


class _Everywhere(MutationVisitor):
    """mutmut's visitor, but functions with a decorator are visited (the decorators are not)."""

    def _skip_node_and_children(self, node):
        if isinstance(node, cst.FunctionDef) and node.decorators:
            return node.name.value in NEVER_MUTATE_FUNCTION_NAMES
        return super()._skip_node_and_children(node)


def mutants(path, every=1):
    """The mutants of a file's functions and methods, or only each Nth."""
    code = path.read_text("utf-8")
    whole = MetadataWrapper(cst.parse_module(code))
    visitor = _Everywhere(mutation_operators, IgnoredCode(set(), set(), set()))
    whole.visit(visitor)
    names = dict(_functions(whole.module))
    bare = {node: node.with_changes(decorators=[], leading_lines=[]) for node in names}
    seen = set()
    made = [one for one in visitor.mutations if one.contained_by_top_level_function in names]
    for mutation in made[::every]:  # the others are fields of classes
        node = mutation.contained_by_top_level_function
        changed = deep_replace(bare[node], mutation.original_node, mutation.mutated_node)
        made = Mutant(path, names[node], _text(bare[node]), _text(changed))
        if made.now not in (made.was, *seen):
            seen.add(made.now)
            yield made


def _functions(module):
    for node in module.body:
        if isinstance(node, cst.FunctionDef):
            yield node, node.name.value
        elif isinstance(node, cst.ClassDef) and isinstance(node.body, cst.IndentedBlock):
            for part in node.body.body:
                if isinstance(part, cst.FunctionDef):
                    yield part, f"{node.name.value}.{part.name.value}"


def _text(node):
    return cst.Module([node]).code


# In place -----------------------------------------------------------------------------------


def loaded():
    """{(file, name inside it): [functions]} of the rules, as they are in memory."""
    found = {}
    for one in gc.get_objects():
        if isinstance(one, types.FunctionType) and one.__code__.co_filename.startswith(str(RULES)):
            path = one.__code__.co_filename.removeprefix(str(RULES))
            place = path, one.__code__.co_qualname
            found.setdefault(place, []).append(one)
    return found


def remembering():
    """Every cache of the rules and of their tests."""
    return [
        one
        for one in gc.get_objects()
        if isinstance(one, functools._lru_cache_wrapper)
        and str(one.__module__).startswith(("careplan.", "tests."))
    ]


def plant(mutant, functions):
    """Give the functions that are in memory the code and the defaults of the mutant."""
    was, now = _compiled(mutant, mutant.was), _compiled(mutant, mutant.now)
    for function in functions:
        function.__code__ = now[0].replace(co_firstlineno=function.__code__.co_firstlineno)
        if ast.dump(was[1]) != ast.dump(now[1]):
            function.__defaults__, function.__kwdefaults__ = _defaults(now[1], function.__globals__)


def imported_with(mutant):
    """From now on the mutant's file is imported with the fault in it."""
    text, method = mutant.path.read_text("utf-8"), "." in mutant.function
    was, now = (textwrap.indent(part, "    " * method) for part in (mutant.was, mutant.now))
    if was not in text:
        raise LookupError(mutant.function)
    read = SourceFileLoader.get_code

    def get_code(self, name):
        if self.path != str(mutant.path):
            return read(self, name)
        return compile(text.replace(was, now, 1), self.path, "exec", dont_inherit=True)

    SourceFileLoader.get_code = get_code


def _compiled(mutant, text):
    """(code object, arguments) of a function's text."""
    name, _, method = mutant.function.rpartition(".")
    tree = ast.parse(text)
    arguments = tree.body[0].args
    if name:
        holder = ast.parse(f"class {name}: pass").body[0]
        holder.body = tree.body
        tree.body = [holder]
    code = compile(tree, str(mutant.path), "exec", dont_inherit=True)
    return _inside(code, mutant.function), arguments


def _inside(code, name):
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            if part.co_qualname == name:
                return part
            if name.startswith(f"{part.co_qualname}."):
                return _inside(part, name)
    raise LookupError(name)


def _defaults(arguments, names):
    def value(node):
        return eval(compile(ast.Expression(node), "<default>", "eval"), names)

    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return (
        tuple(value(node) for node in arguments.defaults) or None,
        {one.arg: value(node) for one, node in named if node} or None,
    )
