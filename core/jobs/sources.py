"""Which source files stand behind a module of core: its package, and every package of core that this imports."""

import ast
import importlib.util
import re
from collections.abc import Collection, Iterator
from pathlib import Path

UNCOUNTED = frozenset({"jobs", "assets", "files", "progress", "checks"})
"""What carries results but computes none: an edit there leaves a result what it was."""

MENTION = re.compile(r"\bcore\.(\w+)")
INDIRECT = re.compile(r"\bfrom (core|\.+\w*) import\b|\bfrom \.")


def sources_behind(module: str) -> list[tuple[str, Path]]:
    """The files whose edit may change what a function of a module gives, under names that are equal on every machine.

    For `core.<topic>...` these are all files of the topic and of the packages that `packages_behind` names. For any
    other module it is its own file.

    Raises:
        ModuleNotFoundError: when there is no such module.

    Invariant: sorted by name; nothing is imported but the package of the named module.
    """
    parts = module.split(".")
    if parts[0] != "core" or len(parts) == 1:
        path = _found(module)
        return [(path.name, path)]
    return sorted(file for package in packages_behind(module) for file in _files_of(package))


def packages_behind(module: str) -> set[str]:
    """The package of a module `core.<topic>...`, and every package of core that it imports, transitively.

    An import inside a function counts. UNCOUNTED packages do not, unless the module itself lies in one.

    Raises:
        ModuleNotFoundError: when there is no such package.
    """
    package = module.split(".")[1]
    reached, waiting = {package}, [package]
    while waiting:
        for name, path in _files_of(waiting.pop()):
            new = _imported_by(name, path, known=reached | UNCOUNTED) - reached - UNCOUNTED
            reached |= new
            waiting += new
    return reached


def _files_of(package: str) -> list[tuple[str, Path]]:
    """The files of a package, its stub included, which says where the names on its face lie."""
    path = _found(f"core.{package}")
    if path.name != "__init__.py":
        return [(path.name, path)]
    files = (file for pattern in ("*.py", "*.pyi") for file in path.parent.rglob(pattern))
    return [(f"{package}/{file.relative_to(path.parent).as_posix()}", file) for file in files]


def _found(module: str) -> Path:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)
    return Path(spec.origin)


def _imported_by(name: str, path: Path, *, known: Collection[str]) -> set[str]:
    """The packages of core that a file imports; one that can mention none but those known is not parsed."""
    source = path.read_text("utf-8")
    if path.suffix == ".pyi" or (not INDIRECT.search(source) and set(MENTION.findall(source)) <= set(known)):
        return set()
    package = f"core.{name}".rpartition("/")[0].replace("/", ".")
    modules = (module for node in ast.walk(ast.parse(source)) for module in _modules_of(node, package))
    names = {module.split(".")[1] for module in modules if module.startswith("core.")}
    return {name for name in names if importlib.util.find_spec(f"core.{name}")}


def _modules_of(node: ast.AST, package: str) -> Iterator[str]:
    """The modules that one statement imports, and what it imports from them, which may be modules as well."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
        yield from (f"{module}.{alias.name}" for alias in node.names)
