"""What a visitor takes along of each view: a script that computes its numbers from `core` alone."""

from core.decoding import (
    LENIENT_TOKENS,
    DraftModel,
    EarlyExit,
    Generation,
    Jacobi,
    Lenient,
    Machine,
    Method,
    Precision,
    Race,
)


def race(raced: Race, chosen: str) -> str:
    """The chosen method and greedy decoding on the prompt: tokens, calls, and both speeds by the clock."""
    run = raced.runs[chosen]
    return f"""\
{_written(raced, run.method, "Greedy")}
greedy = generate(lm, prompt, Greedy(), {_options(raced)})
print(run.text)
print(f"{{len(run.token_ids)}} tokens in {{run.target_calls}} calls, {{run.tokens_per_second:.1f}} tokens per second")
speed, after = run.tokens_per_second / greedy.tokens_per_second, run.pace / greedy.pace
print(f"{{speed:.2f}} times as fast as greedy, {{after:.2f}} after the prompt")
# On the page: {raced.speedup(chosen):.2f} and {raced.speedup_after_prompt(chosen):.2f}. Times differ by machine.
"""


def acceptance(raced: Race, chosen: str) -> str:
    """The acceptance rate of the chosen method, and how many draft tokens each call accepted."""
    return f"""\
{_written(raced, raced.runs[chosen].method, "acceptance_histogram", "acceptance_rate", "tokens_tested")}
rate, share = acceptance_rate(run), run.accepted / max(run.proposed, 1)
print(f"Acceptance rate {{rate:.0%}}: {{run.accepted}} of {{tokens_tested(run)}} tested draft tokens")
print(f"{{share:.0%}} of the {{run.proposed}} drafted")
print("Calls that accepted 0, 1, 2, ... draft tokens:", acceptance_histogram(run))
"""


def tree(raced: Race, chosen: str, call: int) -> str:
    """The draft of one call, with what each guess continues and what was accepted."""
    return f"""\
{_written(raced, raced.runs[chosen].method, "tree_mask")}
step = run.steps[{call}]
print(f"Call {call}: {{len(step.draft)}} guesses in one call, {{len(step.accepted)}} accepted")
for node, (token, above) in enumerate(zip(step.draft, step.parent)):
    after = "the text" if above < 0 else f"guess {{above}}"
    print(node, run.pieces[token], "after", after, "accepted" if node in step.accepted else "")
mask = tree_mask(step.parent)
print(f"A guess sees itself and those before it in its branch: {{mask.sum()}} of {{mask.size}} cells")
"""


def leaving_early(raced: Race, run: Generation) -> str:
    """The layers that CALM ran for each token."""
    return f"""\
{_written(raced, run.method)}
depth = [step.depth for step in run.steps]
early = sum(one < lm.n_layers for one in depth)
mean = sum(depth) / len(depth)
print(f"{{early}} of {{len(depth)}} tokens left early; {{mean:.1f}} of {{lm.n_layers}} layers on average")
"""


def laws(prompt: str, run: Generation, method: EarlyExit | DraftModel, place: int) -> str:
    """The laws of target and draft before one token of a text."""
    return f"""\
from core.decoding import {type(method).__name__}, laws_along
from core.models import load_causal_lm

lm = load_causal_lm()
written = {list(run.token_ids)!r}
laws = laws_along(lm, {prompt!r}, written, {method!r})[{place}]
print(f"They overlap by {{laws.overlap:.2f}}")
for token, target, draft, residual in zip(laws.tokens, laws.target, laws.draft, laws.residual):
    print(f"{{token!r:>16}} target {{target:.3f}} draft {{draft:.3f}} residual {{residual:.3f}}")
"""


def exactness(target: tuple[float, ...], draft: tuple[float, ...], draws: int, seed: int) -> str:
    """Draws by both rules, and how well their counts fit the target."""
    return f"""\
from core.decoding import goodness, two_rules

target = {target!r}
draft = {draft!r}
counts = two_rules(target, draft, {draws}, {seed})
fit, misfit = goodness(counts.residual, target), goodness(counts.redrawn, target)
print(f"{{counts.accepted:.0%}} accepted")
print(f"χ² {{fit.statistic:.1f}} and {{misfit.statistic:.1f}}, limit of chance {{fit.critical:.1f}}")
"""


def memory(raced: Race, length: int) -> str:
    """Operations for each byte that one token brings, and what the cache adds to a call."""
    dtype = raced.params.dtype
    return f"""\
from core.decoding import BYTES, Shape, bytes_moved, kv_bytes, operations, recorded_costs

shape, costs, length, number = Shape(), recorded_costs({dtype!r}), {length}, BYTES[{dtype!r}]
brought = operations(shape, 1, past=length) / bytes_moved(shape, 1, past=length, bytes_per_number=number)
print(f"One token brings {{brought:.2f}} operations for each byte")
print(f"The recorded machine could do {{costs.intensity:.0f}} meanwhile")
cache = kv_bytes(shape, length, bytes_per_number=number)
print(f"{{shape.weights * number / 1e6:.0f}} MB of weights, {{cache / 1e6:.0f}} MB of cache")
# To measure this machine: measure_costs(CostParams(dtype={dtype!r}), on_progress=print), from core.decoding.
"""


def another_machine(machine: Machine, batch: int, dtype: Precision) -> str:
    """The table of all prompts by all methods on one machine."""
    return f"""\
from core.decoding import KINDS, Machine, computed_table, recorded_race, writing

machine = {machine!r}
traces = writing({{kind: recorded_race(kind, {dtype!r}) for kind in KINDS}})
table = computed_table(traces, machine, batch={batch})
print("tokens a second:", *table.kinds)
for row, name in enumerate(table.names):
    paces = " ".join(f"{{pace:10.1f}}" for pace in table.tokens_per_second[row])
    print(f"{{name:16}}{{paces}}  {{table.mean_speed[row]:.2f}} times greedy")
"""


def as_measured(dtype: Precision) -> str:
    """The table of all prompts by all methods, as the clock had it."""
    return f"""\
from core.decoding import KINDS, measured_machine, measured_table, recorded_costs, recorded_race, writing

traces = writing({{kind: recorded_race(kind, {dtype!r}) for kind in KINDS}})
table = measured_table(traces, measured_machine(recorded_costs({dtype!r})))
print("tokens a second:", *table.kinds)
for row, name in enumerate(table.names):
    paces = " ".join(f"{{pace:10.1f}}" for pace in table.tokens_per_second[row])
    print(f"{{name:16}}{{paces}}  {{table.mean_speed[row]:.2f}} times greedy")
"""


def schedules(name: str, threshold: float, machine: Machine) -> str:
    """Schedules of the draft's length, replayed on every prompt whose drafts are recorded."""
    return f"""\
from core.assets import AssetError
from core.decoding import (
    CONTESTANTS, KINDS, RACE_TOKENS, Constant, Growing, Machine, Unsure, recorded_chains, speeds_of
)

chains = {{}}
for kind in KINDS:
    try:
        chains[kind] = recorded_chains(kind)[{name!r}]
    except AssetError as error:
        print(error)
schedules = {{"grows and shrinks": Growing(), "stops when unsure": Unsure({threshold})}}
schedules |= {{f"always {{length}}": Constant(length) for length in (1, 2, 3, 5, 8)}}
machine = {machine!r}
for told, speeds in speeds_of(chains, schedules, CONTESTANTS[{name!r}], machine, most=RACE_TOKENS).items():
    print(told, {{kind: f"{{speed:.2f}}" for kind, speed in speeds.items()}})
"""


def pool(kind: str) -> str:
    """The pool of n-grams before each call of lookahead decoding."""
    return f"""\
from core.decoding import recorded_pool

for number, call in enumerate(recorded_pool({kind!r})):
    print(f"Call {{number}}: {{len(call.pool)}} n-grams, {{len(call.tried)}} tried, {{len(call.accepted)}} accepted")
"""


def lenient(texts: tuple[Lenient, ...], rule: int) -> str:
    """One text by the greedy rule or by typical acceptance, and what the target thinks of it."""
    run = texts[rule].run
    return f"""\
from core.decoding import Medusa, generate, read_again
from core.models import load_causal_lm

lm = load_causal_lm()
run = generate(lm, {run.prompt!r}, {run.method!r}, max_new_tokens={LENIENT_TOKENS})
found = read_again(lm, run)
print(run.text)
print(f"{{run.tokens_per_call:.2f}} tokens a call")
print(f"{{found.departs.mean():.0%}} of the tokens are not the target's choice")
print(f"{{-found.log_prob.mean():.2f}} nats a token")
"""


def flash(*, side: int, depth: int, block: int, fast: int, length: int, width: int) -> str:
    """Attention in tiles against plain attention, and the bytes that one head moves."""
    return f"""\
import numpy as np

from core.decoding import block_rows, flash_attention, flash_traffic, standard_attention, standard_traffic, tiles

query, key, value = np.random.default_rng(0).standard_normal((3, {side}, {depth}))
met = list(tiles(query, key, value, block={block}))
print(f"{{len(met)}} tiles, {{met[0].scores.size}} of {{{side} * {side}}} scores are held at a time")
tiled, plain = flash_attention(query, key, value, block={block}), standard_attention(query, key, value)
print(f"Outputs differ by {{np.abs(tiled - plain).max():.0e}} at most")
sram = {fast} * 1024 // 2
times = standard_traffic({length}, {width}) / flash_traffic({length}, {width}, sram=sram)
print(f"With {fast} KiB, blocks of {{block_rows({width}, sram=sram)}} rows; bytes, standard over tiles: {{times:.1f}}")
"""


def at_once(tokens: int, steps: int, remask: bool, samples: int, guesses: Generation | None, places: int) -> str:
    """Texts of two phrases unmasked in few steps, and a text that is guessed and checked."""
    drawn = f"""\
from core.decoding import diffuse, remasked_share, valid_share

found = diffuse({tokens}, {steps}, remask={remask}, samples={samples}, seed={steps})
print(f"{{found.valid:.1%}} of the texts are valid")
print(f"{{found.calls}} calls of the model for each text")
print(f"{{valid_share({tokens}, {steps}):.1%}} in closed form, where nothing is masked again")
print(f"{{remasked_share({tokens}, {steps}):.1%}} exactly, where the least certain are")
"""
    if guesses is None or not isinstance(guesses.method, Jacobi):
        return drawn
    return f"""\
{drawn}
from core.decoding import Jacobi, generate, unfold
from core.models import load_causal_lm

run = generate(load_causal_lm(), {guesses.prompt!r}, {guesses.method!r}, max_new_tokens={len(guesses.token_ids)})
calls, places = unfold(run, places={places}).token.shape
print(f"{{places}} tokens stand after {{calls - 1}} calls")
"""


def _written(raced: Race, method: Method, *more: str) -> str:
    """The lines that every script about a run begins with: they write the text again."""
    names = ", ".join(sorted({type(method).__name__, "generate", *more}))
    return f"""\
from core.decoding import {names}
from core.models import load_causal_lm

lm = load_causal_lm({raced.params.model!r}, dtype={raced.params.dtype!r})
prompt = {raced.params.prompt!r}
run = generate(lm, prompt, {method!r}, {_options(raced)})"""


def _options(raced: Race) -> str:
    params = raced.params
    drawn = f", temperature={params.temperature}, seed={params.seed}" if params.temperature > 0 else ""
    return f"max_new_tokens={params.max_new_tokens}{drawn}"
