"""What panels and their views are called on screen and in links."""

NOISE, PLAN, MAKE = "Noise", "Plan", "Make a tool"

CALLS, CHECKER, BUDGET = "calls", "a checker", "a budget"
NOISE_VIEWS = (CALLS, CHECKER, BUDGET)

SEARCH, PROPOSED, WALLS, OWN_MAP = "search", "the model", "unknown walls", "your map"
PLAN_VIEWS = (SEARCH, PROPOSED, WALLS, OWN_MAP)

BREADTH, A_STAR, GREEDY = "breadth-first", "A*", "greedy"
SEARCHES = (BREADTH, A_STAR, GREEDY)

STRAIGHT, KEY_FIRST = "straight to the goal", "key, door, goal"
ESTIMATES = (STRAIGHT, KEY_FIRST)

MAKER, USER, PRICE = "the maker", "the light user", "the price"
MAKE_VIEWS = (MAKER, USER, PRICE)
OWN = "your own"
