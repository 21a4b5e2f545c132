"""Draft trees: which guesses are verified together, and what each of them may see. Needs no torch."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int


@dataclass(frozen=True, slots=True)
class Tree:
    """The shape of a draft tree; node i stands for guess `rank[i]` of head `depth[i]` after node `parent[i]`.

    Args:
        parent: by node, its parent, or -1 for the text so far; parents come before children.
        rank: by node, which guess of its head, from 0 for the likeliest.
    """

    parent: tuple[int, ...]
    rank: tuple[int, ...]

    @property
    def depth(self) -> tuple[int, ...]:
        """By node, its distance from the text so far, from 0 up: also the head that guessed it."""
        return depths(self.parent)


def depths(parent: Sequence[int]) -> tuple[int, ...]:
    """By node, how many ancestors it has.

    Raises:
        ValueError: if a node comes before its parent.
    """
    found: list[int] = []
    for node, above in enumerate(parent):
        if not -1 <= above < node:
            raise ValueError(f"the parent of node {node} must be from -1 to {node - 1}; got {above}")
        found.append(0 if above < 0 else found[above] + 1)
    return tuple(found)


def chain(length: int) -> tuple[int, ...]:
    """The parents of a chain of nodes: each follows the one before."""
    return tuple(range(-1, length - 1))


def tree_mask(parent: Sequence[int]) -> Bool[np.ndarray, "node node"]:
    """Which nodes a node attends to: itself and its ancestors, never another branch.

    Invariant: row i is row `parent[i]` plus node i; for a chain it is the causal triangle.
    Source: Cai et al. 2024, Medusa (2401.10774), section 2.1.2.
    """
    mask = np.eye(len(parent), dtype=bool)
    for node, above in enumerate(parent):
        if above >= 0:
            mask[node] |= mask[above]
    return mask


def best_tree(accuracy: Sequence[Sequence[float]], *, nodes: int) -> Tree:
    """The tree of a given size with the largest expected number of accepted tokens.

    A node's chance is the product of the accuracies on its path, as if heads erred independently. Since a child is
    never likelier than its parent, the most likely nodes form a tree.

    Args:
        accuracy: by head and rank, how often that guess is the right one; each row falls.
        nodes: how many nodes at most.

    Raises:
        ValueError: if there is no head or no node to place.

    Invariant: parents come before children, and siblings in the order of their ranks.
    Source: Cai et al. 2024, Medusa (2401.10774), section 2.3.3.
    """
    if not accuracy or nodes < 1:
        raise ValueError(f"a tree needs a head and a node; got {len(accuracy)} heads and {nodes} nodes")
    parent: list[int] = []
    rank: list[int] = []
    level: list[int] = []
    open_places = [(-accuracy[0][0], -1, 0)]
    while open_places and len(parent) < nodes:
        chance, above, place = heapq.heappop(open_places)
        head = 0 if above < 0 else level[above] + 1
        parent.append(above)
        rank.append(place)
        level.append(head)
        base = chance / accuracy[head][place] if accuracy[head][place] > 0 else 0.0
        if place + 1 < len(accuracy[head]):
            heapq.heappush(open_places, (base * accuracy[head][place + 1], above, place + 1))
        if head + 1 < len(accuracy):
            heapq.heappush(open_places, (chance * accuracy[head + 1][0], len(parent) - 1, 0))
    return Tree(tuple(parent), tuple(rank))


def chances(tree: Tree, accuracy: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """By node, the chance that it and all its ancestors are right, as if heads erred independently.

    Args:
        tree: the guesses.
        accuracy: by head and rank, how often that guess is the right one.

    Invariant: no node is likelier than its parent; siblings together are no likelier than their parent.
    """
    found: list[float] = []
    for above, rank, depth in zip(tree.parent, tree.rank, tree.depth, strict=True):
        found.append((found[above] if above >= 0 else 1.0) * accuracy[depth][rank])
    return tuple(found)


def path_to(parent: Sequence[int], node: int) -> Int[np.ndarray, "depth"]:
    """The nodes from the root to a node, both included; empty for -1, the text so far."""
    path: list[int] = []
    while node >= 0:
        path.append(node)
        node = parent[node]
    return np.array(path[::-1], dtype=np.int64)
