"""What SECURITY.md says is tested, is."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent


def test_every_test_that_it_names_is_there():
    named = re.findall(r"`((?:\w+/)*test_\w+\.py)(?:::(\w+))?`", (TESTS.parent / "SECURITY.md").read_text())
    known = {}
    missing = []
    for file, function in named:
        if file not in known:
            path = TESTS / file
            tree = ast.parse(path.read_text()) if path.exists() else ast.Module([], [])
            known[file] = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if not known[file] or (function and function not in known[file]):
            missing.append(f"{file}::{function}")

    assert len(named) > 50
    assert missing == []
