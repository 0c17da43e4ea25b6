"""The modules of the package are layers: each imports lower ones only, so that there are no circular imports.

Every import counts: at the top of a module, inside a function, and for type checkers alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "kcase"

#: From the bottom up. What is in one layer does not know the rest of it.
LAYERS = (
    {"_forbid", "_green", "_json", "_types", "_version"},
    {"_lazy", "_library", "_progress"},
    {"_dataclass", "_outcome", "__main__"},
    {"_attempt"},
    {"_result"},
    {"_batch", "_input", "_report", "_webhook"},
    {"_interruptible", "_many", "_more_input"},
    {"_journal", "_listing"},
    {"_client"},
    {"_aio"},
    {"__init__"},
    # For tests of other programs: nothing of the above knows it.
    {"testing._ledger", "testing._network", "testing._results", "testing._sandbox"},
    {"testing._found"},
    {"testing._fake"},
    {"testing.__init__"},
    {"testing.pytest_plugin"},
)

Graph = dict[str, set[str]]


def imports(source: str, folder: str = "") -> Iterator[str]:
    """The modules of the package that a module imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level > 0:
            inside = folder if node.level == 1 else ""
            # `from . import _json` names modules, `from ._json import read` one module.
            for name in [node.module] if node.module else [alias.name for alias in node.names]:
                yield inside + name if name[0] in "_p" else f"{inside}__init__"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "kcase":
            raise AssertionError(f"line {node.lineno}: the package imports its own modules relatively")
        elif isinstance(node, ast.Import):
            own = [alias.name for alias in node.names if alias.name.split(".")[0] == "kcase"]
            assert not own, f"line {node.lineno}: the package imports its own modules relatively"


def graph_of(sources: dict[str, str]) -> Graph:
    return {
        name: set(imports(source, name.rpartition(".")[0] + "." if "." in name else ""))
        for name, source in sources.items()
    }


def package_graph() -> Graph:
    names = {
        path: ".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in PACKAGE.rglob("*.py")
    }
    return graph_of({name: path.read_text(encoding="utf-8") for path, name in names.items()})


def upward(graph: Graph) -> list[str]:
    """The imports that do not lead to a lower layer."""
    height = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    return [
        f"{module} imports {imported}"
        for module, found in sorted(graph.items())
        for imported in sorted(found)
        if height[imported] >= height[module]
    ]


def test_no_import_is_circular() -> None:
    tuple(TopologicalSorter(package_graph()).static_order())


def test_every_module_has_its_layer() -> None:
    named = [name for layer in LAYERS for name in layer]
    assert sorted(named) == sorted(package_graph())


def test_imports_lead_to_lower_layers() -> None:
    assert upward(package_graph()) == []


def test_a_circular_import_inside_a_function_is_found() -> None:
    graph = graph_of(
        {"_json": "def read():\n    from ._client import Client\n", "_client": "from . import _json\n"}
    )
    assert graph == {"_json": {"_client"}, "_client": {"_json"}}
    assert upward(graph) == ["_json imports _client"]
    with pytest.raises(CycleError):
        tuple(TopologicalSorter(graph).static_order())
