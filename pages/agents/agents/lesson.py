"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage

LESSON = Outline(
    stages=(
        Stage(
            4,
            "Two look-ups",
            ask="In which city does the teacher of Frank live? What would you look up first?",
            settles="Step through: each act has a probability, and nothing but acts of the world can be written.",
        ),
        Stage(
            8,
            "Guess first",
            ask="Which act comes next? Vote, then click.",
            settles="Compare the class’s guesses with the probabilities, act by act.",
        ),
        Stage(
            12,
            "Rooms",
            ask="The same model in another world. Where will it get stuck?",
            settles="It tries the locked door again: what was just done looks likely, also where it has failed.",
        ),
        Stage(
            14,
            "No example",
            ask="How much of the skill is in the prompt?",
            settles="Change the examples under More and read the share over all worlds.",
        ),
        Stage(
            17,
            "A tool that fails",
            ask="The records do not answer. What now?",
            settles="Read the act after the error: does it try again, or answer without the record?",
        ),
        Stage(
            19,
            "A random actor",
            ask="How far does chance come?",
            settles="The level that every other share is compared with.",
        ),
        Stage(
            21,
            "Longer tasks",
            ask="What does one look-up more cost?",
            settles="Read the intervals before the order of the lines.",
        ),
        Stage(
            23,
            "Errors that nobody announces",
            ask="Which is worse, an error or a wrong record?",
            settles="A planner tries again after an error; it believes a wrong record.",
        ),
        Stage(
            26,
            "A false record",
            ask="Edit one line. Whose fault is the wrong answer?",
            settles="A right plan on a false observation. Edit others, and let the model go on.",
        ),
        Stage(
            30,
            "Think, then act?",
            ask="Will thoughts help a small model?",
            settles="Read a thought that it wrote: it is read afterwards as if it had been observed.",
        ),
        Stage(
            33,
            "An order in a record",
            ask="A record ends with an order. Who obeys?",
            settles="Compare with the harmless sentence before you blame the order.",
        ),
        Stage(
            35,
            "Permissions",
            ask="Who should say no, the model or the program?",
            settles="What is not allowed is not done, whatever the model prefers.",
        ),
        Stage(
            37,
            "Ten calls",
            ask="Each call fails one time in ten. How many chains of ten come through?",
            settles="One in three without a remedy. A retry needs a failure that is announced; a vote does not.",
        ),
        Stage(
            38,
            "A checker that errs",
            ask="Somebody checks each result, and errs too. What do more retries bring?",
            settles="They repair what is caught; what the checker lets through stays wrong.",
        ),
        Stage(
            39,
            "Fifteen calls",
            ask="Ten steps, fifteen calls. Where should the five spare ones go?",
            settles="Compare retries where they are needed with calls that are spent ahead.",
        ),
        Stage(
            41,
            "Guess the way",
            ask="Key, door, goal: which rooms does a search not look at?",
            settles="An estimate that is never too large saves looks and loses no act.",
        ),
        Stage(
            42,
            "Search or act",
            ask="The model only says what comes next. In how many worlds does it arrive?",
            settles="Count the worlds beside those of a search, and the acts that it repeats.",
        ),
        Stage(
            43,
            "Unknown walls",
            ask="What does a wrong map cost?",
            settles="Planning anew at each wall still arrives, with a detour that is counted.",
        ),
        Stage(
            45,
            "A tool from examples",
            ask="Four examples. Which rule would you write down?",
            settles="The smallest expression that fits is found, and answers new questions exactly.",
        ),
        Stage(
            46,
            "Too few examples",
            ask="It fits all examples. Is it right?",
            settles="Tests on new examples find what the old ones cannot.",
        ),
        Stage(
            47,
            "A light user",
            ask="The tools are right. What is left to go wrong?",
            settles="Choosing the tool, and filling in its arguments.",
        ),
        Stage(
            48,
            "When it pays",
            ask="After how many questions is a made tool cheaper?",
            settles="The cost of making it over what each question saves.",
        ),
        Stage(
            50,
            "Parts",
            ask="Which block of the loop has failed in each story?",
            settles="Every block but the task has failed once today.",
        ),
    ),
)
