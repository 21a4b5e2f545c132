"""A server of the Model Context Protocol over stdio: this course's own computations, for any client.

    python -B -m core.tools.server [--without-models] [--faults]

It writes nothing, opens no port, downloads nothing, and ends when its client closes the pipe. Standard output belongs
to the protocol. Tools that need a model load it at their first call, from weights that the cache holds already.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from core.tools.arithmetic import evaluate, written
from core.tools.notes import search
from core.tools.programs import run_program

MOST_POINTS = 60
MOST_CHARACTERS = 2_000
MODEL = "smollm2-135m"

Point = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
Points = Annotated[list[Point], Field(min_length=1, max_length=MOST_POINTS, description="numbers on a line")]
Text = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS, description="a text")]


def build(*, models: bool = True, faults: bool = False) -> MCPServer[Any]:
    """The server with its tools; it does not run yet.

    Args:
        models: offer the tools that need a language model.
        faults: offer the tools that misbehave on purpose as well.

    Invariant: the schema of each tool is made from its signature by the SDK.
    """
    server: MCPServer[Any] = MCPServer(
        "foundation-model-explorer",
        instructions="Computations of a course on foundation models. Each is exact or says how it was computed.",
        log_level="WARNING",
    )
    tools: list[Callable[..., Any]] = [calculator, program, optimal_transport, game_of_24, search_notes]
    if models:
        tools += [tokens, attention]
    if faults:
        from core.tools.misbehaving import MISBEHAVING

        tools += MISBEHAVING
    for tool in tools:
        server.tool()(tool)
    return server


def calculator(expression: Annotated[str, Field(description="such as (12 + 30) / 4, with + - * / // % **")]) -> str:
    """Computes an arithmetic expression exactly: fractions stay fractions."""
    try:
        return written(evaluate(expression))
    except ValueError as error:
        raise ToolError(str(error)) from error


def program(
    text: Annotated[str, Field(description="lines such as a = 3, if a < 4: or for i in range(5):")],
    steps: Annotated[int, Field(ge=1, le=100_000, description="how many lines may be run")] = 1000,
) -> dict[str, str]:
    """Runs a few lines of names, arithmetic, comparisons and counted loops, and returns each name's value."""
    try:
        run = run_program(text, steps=steps)
    except ValueError as error:
        raise ToolError(str(error)) from error
    return {**{name: written(value) for name, value in run.values.items()}, "answer": written(run.answer)}


def optimal_transport(source: Points, target: Points) -> dict[str, Any]:
    """The cheapest way to move points onto points, squared distance, equal weights: its cost and its plan."""
    import numpy as np

    from core.transport import solve

    solution = solve(np.array(source)[:, None], np.array(target)[:, None])
    assert solution.plan is not None  # the exact method has one
    return {"cost": float(solution.cost), "plan": solution.plan.round(12).tolist(), "converged": solution.converged}


def game_of_24(
    numbers: Annotated[
        list[Annotated[int, Field(ge=1, le=13)]], Field(min_length=4, max_length=4, description="four whole numbers")
    ],
) -> list[str]:
    """Every way to make 24 of four whole numbers, each used once, by + - * / in exact fractions."""
    from core.reasoning import solve24

    return list(solve24(numbers))


def search_notes(
    query: Annotated[str, Field(min_length=1, max_length=300, description="words")],
    most: Annotated[int, Field(ge=1, le=10, description="how many to return")] = 3,
) -> list[dict[str, str]]:
    """Searches the questions of the course's notes and returns those that share the rarest words, with answers."""
    return [{"question": found.question, "answer": found.answer} for found in search(query, most=most)]


def tokens(text: Text) -> list[str]:
    """The pieces into which SmolLM2 cuts a text."""
    from core.language import tokens as tokens_of

    return list(tokens_of(_model(), text).pieces)


def attention(
    text: Text,
    layer: Annotated[int, Field(ge=0, le=29)] = 0,
    head: Annotated[int, Field(ge=0, le=8)] = 0,
) -> dict[str, Any]:
    """How much each token of a text looks at each, in one head of SmolLM2; at most 64 tokens."""
    from core.attention import trace

    try:
        found = trace(_model(), text, max_tokens=64)
    except ValueError as error:
        raise ToolError(str(error)) from error
    return {
        "tokens": list(found.tokens),
        "weights": [[round(float(share), 4) for share in row] for row in found.weights[layer, head]],
    }


def _model() -> Any:
    """The language model, from the cache alone."""
    from core.models import is_verified, load_causal_lm

    # Weights that changed since they were verified would be fetched anew.
    if not is_verified(MODEL):
        raise ToolError(f"No verified weights of {MODEL} are in the cache. Fetch them once: python -m core.models")
    return load_causal_lm(MODEL)


def main(arguments: Sequence[str]) -> None:
    """Runs the server until its client goes."""
    sys.dont_write_bytecode = True
    parser = argparse.ArgumentParser("python -B -m core.tools.server", description=__doc__.splitlines()[0])
    parser.add_argument("--without-models", action="store_true", help="leave out the tools that need a language model")
    parser.add_argument("--faults", action="store_true", help="add tools that lie, are slow, die or say too much")
    given = parser.parse_args(arguments)
    build(models=not given.without_models, faults=given.faults).run()


if __name__ == "__main__":
    main(sys.argv[1:])
