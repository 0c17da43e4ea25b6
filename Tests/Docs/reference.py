"""The places that list configuration keys, each read into the same form: keys with what is said of them."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from typing import Any

from sandbox import ROOT


@dataclass(frozen=True)
class Key:
    """What a page says of a key. None: nothing."""

    name: str
    kind: str
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    default: Any = None


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


# --- The schema, which the others are compared with ----------------------------------------------------


def schema_keys(name: str) -> list[Key]:
    schema = json.loads(text_of(f"bindings/schema/{name}.schema.json"))
    return [schema_key(key, resolved(rule, schema)) for key, rule in schema["properties"].items()]


def resolved(rule: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A rule together with the definition that it refers to."""
    if "$ref" not in rule:
        return rule
    definition = schema["$defs"][rule["$ref"].removeprefix("#/$defs/")]
    return {**definition, **{word: value for word, value in rule.items() if word != "$ref"}}


def schema_key(name: str, rule: dict[str, Any]) -> Key:
    default = rule.get("default")
    if "enum" in rule:
        return Key(name, "choice", tuple(word for word in rule["enum"] if word is not None), default=default)
    kind = next(word for word in rule["type"] if word != "null")
    if kind == "string":
        return Key(name, "text", (), rule["minLength"], rule["maxLength"], default)
    return Key(name, kind, (), rule.get("minimum"), rule.get("maximum"), default)


# --- docs/configuration.md ------------------------------------------------------------------------------

SECTIONS = {"config": "# Configuration", "options": "## Call options", "batch_options": "## Batch options"}
COLUMNS = ["Key", "Type", "Unit", "Range", "Default", "Meaning"]
# What the page says where the schema has no default.
NO_DEFAULT = {"none", "the client's"}


def page_keys(page: str, name: str) -> list[Key]:
    section = page.split(f"{SECTIONS[name]}\n", 1)[1].split("\n## ", 1)[0]
    header, _, *rows = [cells(line) for line in section.splitlines() if line.startswith("|")]
    assert header == COLUMNS
    return [page_key(*row) for row in rows]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def page_key(name: str, kind: str, unit: str, span: str, default: str, meaning: str) -> Key:
    choices = tuple(re.findall(r'`"(\w+)"`', kind))
    least, most = numbers(span)
    # A number without a unit says nothing.
    assert bool(unit) == bool(span), name
    assert meaning, name
    value = None if default in NO_DEFAULT else json.loads(default.strip("`"))
    return Key(name.strip("`"), "choice" if choices else kind, choices, least, most, value)


def numbers(span: str) -> tuple[int | None, int | None]:
    found = re.search(r"\b(\d+) to (\d+)\b", span)
    return (int(found[1]), int(found[2])) if found else (None, None)


# --- include/kcase.h -------------------------------------------------------------------------------------

# Where each list is: in the last comment before these words.
LISTS = {
    "config": "kcase_client *kcase_client_new(",
    "options": "/* Cancels a case:",
    "batch_options": "kcase_batch *kcase_batch_new(",
}
ENTRY = re.compile(r"^ \*   ([a-z_0-9]+) {2,}(\S.*(?:\n \* {20,}\S.*)*)$", re.MULTILINE)


def header_keys(header: str, name: str) -> list[Key]:
    comment = header.split(LISTS[name], 1)[0].rsplit("/*", 1)[1]
    return [header_key(key, re.sub(r"\n \* +", " ", said)) for key, said in ENTRY.findall(comment)]


def header_key(name: str, said: str) -> Key:
    """The header names no types: they follow from the words."""
    if said.startswith("an object"):
        return Key(name, "object")
    least, most = numbers(said)
    default = re.search(r'\b[Dd]efault ("?\w+"?)', said)
    value = json.loads(default[1]) if default else None
    if least is not None:
        return Key(name, "text" if "bytes." in said.split(" to ")[-1] else "integer", (), least, most, value)
    if isinstance(value, bool):
        return Key(name, "boolean", default=value)
    words = dict.fromkeys(re.findall(r'"(\w+)"(?! \(the)', said))
    return Key(name, "choice", tuple(words), default=value)


# --- The packages: names only ----------------------------------------------------------------------------


def python_classes(name: str) -> list[ast.ClassDef]:
    files = sorted((ROOT / "bindings/python/src").rglob("*.py"))
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    return [
        node
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name == name
    ]


def python_typed_dict() -> list[str]:
    (config,) = python_classes("Config")
    return [node.target.id for node in config.body if isinstance(node, ast.AnnAssign)]


def python_keywords() -> list[str]:
    (client,) = python_classes("Client")
    methods = [node for node in client.body if isinstance(node, ast.FunctionDef)]
    (make,) = [node for node in methods if node.name == "__init__"]
    return [argument.arg for argument in make.args.kwonlyargs]


def ruby_signatures() -> list[list[str]]:
    """The keywords of each signature, in order."""
    signatures = re.findall(r"\(([^()]*\?\w+: [^()]*)\)", text_of("bindings/ruby/sig/kcase.rbs"))
    return [re.findall(r"\?(\w+): ", one) for one in signatures]


def ruby_reference() -> list[str]:
    files = sorted((ROOT / "bindings/ruby/lib").rglob("*.rb"))
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return re.findall(r"@option config \[\w+\] :(\w+)", text)
