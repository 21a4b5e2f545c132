"""Short passages with questions that this project wrote; each answer is a span of its passage, as SQuAD asks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage and what is asked about it.

    Args:
        text: two or three sentences.
        asked: questions with their answers, four each; an answer stands in the text exactly once.
    """

    text: str
    asked: tuple[tuple[str, str], ...]


PASSAGES: tuple[Passage, ...] = (
    Passage(
        "Clara sold her old boat to Martin in April. "
        "He keeps it in a small harbor near Kiel and paid 900 euros for it.",
        (
            ("Who bought the boat?", "Martin"),
            ("When did Clara sell the boat?", "in April"),
            ("Where is the boat kept?", "in a small harbor near Kiel"),
            ("How much did it cost?", "900 euros"),
        ),
    ),
    Passage(
        "The library opened in 1904 and burned down in 1951. Mayor Ellis built a new one of red brick on Mill Street.",
        (
            ("When did the library open?", "in 1904"),
            ("When did it burn down?", "in 1951"),
            ("Who built a new library?", "Mayor Ellis"),
            ("Where does the new one stand?", "on Mill Street"),
        ),
    ),
    Passage(
        "On Sunday Nora and her uncle climbed Mount Tarn. They needed six hours to the top and two hours back down.",
        (
            ("Who climbed with Nora?", "her uncle"),
            ("When did they climb?", "On Sunday"),
            ("How long was the way to the top?", "six hours"),
            ("How long was the way down?", "two hours"),
        ),
    ),
    Passage(
        "The museum in Leeds shows 40 clocks. "
        "The oldest was made in Basel by Jakob Stern, who worked on it for 12 years.",
        (
            ("How many clocks are shown?", "40"),
            ("Where is the museum?", "in Leeds"),
            ("Where was the oldest clock made?", "in Basel"),
            ("Who made the oldest clock?", "Jakob Stern"),
        ),
    ),
    Passage(
        "A goat ate the mayor's hat during the parade in June. Its owner, Mrs. Lund, paid 30 crowns and said sorry.",
        (
            ("What did the goat eat?", "the mayor's hat"),
            ("When was the parade?", "in June"),
            ("Who owns the goat?", "Mrs. Lund"),
            ("How much did she pay?", "30 crowns"),
        ),
    ),
    Passage(
        "Ines planted beans behind the school, and Omar planted corn beside the road. After ten weeks his was ripe.",
        (
            ("Who planted corn?", "Omar"),
            ("What did Ines plant?", "beans"),
            ("Where does the corn grow?", "beside the road"),
            ("When was the corn ripe?", "After ten weeks"),
        ),
    ),
    Passage(
        "The night train leaves Vienna at nine and reaches Venice at eight. A bed costs 60 euros, a seat 25 euros.",
        (
            ("Where does the train start?", "Vienna"),
            ("When does it leave?", "at nine"),
            ("When does it arrive?", "at eight"),
            ("How much is a bed?", "60 euros"),
        ),
    ),
    Passage(
        "Doctor Reyes found the coin under the stairs. It was made of silver and had been lost by a monk in 1322.",
        (
            ("Who found the coin?", "Doctor Reyes"),
            ("Who lost the coin?", "a monk"),
            ("Where was the coin found?", "under the stairs"),
            ("When was the coin lost?", "in 1322"),
        ),
    ),
    Passage(
        "Because of the snow, the match was moved to Friday. "
        "Rovers won by three goals before 5,000 people in the rain.",
        (
            ("Why was the match moved?", "Because of the snow"),
            ("When was the match played?", "Friday"),
            ("Who won the match?", "Rovers"),
            ("How many people watched?", "5,000"),
        ),
    ),
    Passage(
        "Hugo repairs violins in a cellar in Porto. His sister Marta sells them at the market every Saturday.",
        (
            ("Who repairs violins?", "Hugo"),
            ("Where does Hugo work?", "in a cellar in Porto"),
            ("Who sells the violins?", "Marta"),
            ("When are the violins sold?", "every Saturday"),
        ),
    ),
    Passage(
        "The bridge over the Ferro is 300 meters long. "
        "Engineer Adele Roux drew it in 1931, and it was finished in 1936.",
        (
            ("How long is the bridge?", "300 meters"),
            ("Who drew the bridge?", "Adele Roux"),
            ("When was it drawn?", "in 1931"),
            ("When was it finished?", "in 1936"),
        ),
    ),
    Passage(
        "In the evening the children put a lamp into the window. "
        "A fisherman named Pell saw it and steered to the beach.",
        (
            ("When did they put the lamp there?", "In the evening"),
            ("Where did the children put the lamp?", "into the window"),
            ("Who saw the lamp?", "A fisherman named Pell"),
            ("Where did the fisherman steer?", "to the beach"),
        ),
    ),
    Passage(
        "Lena borrowed a ladder from her neighbor Tom. She painted the roof blue, and his son painted the fence green.",
        (
            ("Who borrowed a ladder?", "Lena"),
            ("Who painted the fence?", "his son"),
            ("What did Lena paint?", "the roof"),
            ("What color is the fence?", "green"),
        ),
    ),
    Passage(
        "The cook used two eggs, a lemon and 200 grams of sugar. The cake stood in the oven for 50 minutes.",
        (
            ("How many eggs were used?", "two"),
            ("How much sugar was used?", "200 grams"),
            ("Where did the cake stand?", "in the oven"),
            ("How long was it baked?", "50 minutes"),
        ),
    ),
    Passage(
        "Professor Ahmed teaches chemistry in Cairo. On Mondays he plays chess with a baker called Samir.",
        (
            ("Who teaches chemistry?", "Professor Ahmed"),
            ("Where does he teach?", "in Cairo"),
            ("Who plays chess with him?", "a baker called Samir"),
            ("When does he play?", "On Mondays"),
        ),
    ),
    Passage(
        "A storm sank the ship Aurora near Malta in 1788. Divers found it 200 years later and raised nine cannons.",
        (
            ("What sank the ship?", "A storm"),
            ("Where did the ship sink?", "near Malta"),
            ("When did it sink?", "in 1788"),
            ("Who found the ship?", "Divers"),
        ),
    ),
    Passage(
        "Ruth rode her bicycle from Bern to Rome. She slept in a tent and wrote a postcard to her aunt every evening.",
        (
            ("Where did Ruth start?", "Bern"),
            ("Where did she sleep?", "in a tent"),
            ("Who got the postcards?", "her aunt"),
            ("When did she write?", "every evening"),
        ),
    ),
    Passage(
        "The dog Bruno waited at the station for four days. "
        "A guard fed him bread until his master came back on Tuesday.",
        (
            ("Where did the dog wait?", "at the station"),
            ("How long did it wait?", "four days"),
            ("Who fed the dog?", "A guard"),
            ("When did the master come back?", "on Tuesday"),
        ),
    ),
    Passage(
        "In winter the lake freezes, and Yuri drives his truck across it. "
        "In summer he needs a ferry that costs 15 coins.",
        (
            ("When does the lake freeze?", "In winter"),
            ("Who drives across the lake?", "Yuri"),
            ("What does he need in summer?", "a ferry"),
            ("How much does the ferry cost?", "15 coins"),
        ),
    ),
    Passage(
        "Two thieves hid the painting behind a mirror in the hotel. "
        "The maid Rosa found it at noon and called the police.",
        (
            ("Who hid the painting?", "Two thieves"),
            ("Where was the painting?", "behind a mirror in the hotel"),
            ("Who found the painting?", "Rosa"),
            ("When was it found?", "at noon"),
        ),
    ),
    Passage(
        "The bakery on King Street sells 300 rolls before seven. Old Mr. Fenn started it with his wife in 1967.",
        (
            ("Where is the bakery?", "on King Street"),
            ("How many rolls are sold?", "300"),
            ("Who started the bakery?", "Old Mr. Fenn"),
            ("When did it start?", "in 1967"),
        ),
    ),
    Passage(
        "Ana lost her keys in the park. Her brother Luis found them under a bench on the next morning.",
        (
            ("Who lost the keys?", "Ana"),
            ("Where did she lose the keys?", "in the park"),
            ("Who found the keys?", "Luis"),
            ("Where were the keys found?", "under a bench"),
        ),
    ),
    Passage(
        "The tower is 80 meters tall and made of oak. From its top one sees the sea, which is 20 miles away.",
        (
            ("How tall is the tower?", "80 meters"),
            ("What is the tower made of?", "oak"),
            ("What does one see from the top?", "the sea"),
            ("How far is the sea?", "20 miles"),
        ),
    ),
    Passage(
        "Captain Moss sailed from Boston with 40 sailors. After five weeks they saw the coast of Ireland at dawn.",
        (
            ("Who sailed from Boston?", "Captain Moss"),
            ("How many sailors were there?", "40"),
            ("When did they see the coast?", "at dawn"),
            ("Where did the ship start?", "Boston"),
        ),
    ),
    Passage(
        "Every spring storks build a nest on the chimney of the old mill. "
        "The miller counts the eggs through a telescope.",
        (
            ("When do storks come?", "Every spring"),
            ("Where is the nest?", "on the chimney of the old mill"),
            ("Who counts the eggs?", "The miller"),
            ("What does he use to count?", "a telescope"),
        ),
    ),
    Passage(
        "Mina wrote the song in a bus to Madrid. Her band played it first in March before 60 guests in a garden.",
        (
            ("Who wrote the song?", "Mina"),
            ("Where was it written?", "in a bus to Madrid"),
            ("When was it first played?", "in March"),
            ("How many guests listened?", "60"),
        ),
    ),
    Passage(
        "The king gave the island to a pirate in 1610. The pirate's daughter Elsa sold it to the city for 70 horses.",
        (
            ("Who gave the island away?", "The king"),
            ("When was the island given away?", "in 1610"),
            ("Who sold the island?", "Elsa"),
            ("How much did the city pay?", "70 horses"),
        ),
    ),
    Passage(
        "At midnight the power failed in the whole valley. "
        "Engineer Kato walked to the dam and repaired it in three hours.",
        (
            ("When did the power fail?", "At midnight"),
            ("Where did the power fail?", "in the whole valley"),
            ("Who repaired it?", "Engineer Kato"),
            ("How long did the repair take?", "three hours"),
        ),
    ),
    Passage(
        "Paul keeps bees on the roof of a bank in Lyon. "
        "Last year they made 90 jars of honey, which he gave to a hospital.",
        (
            ("Who keeps bees?", "Paul"),
            ("Where are the bees?", "on the roof of a bank in Lyon"),
            ("How many jars did they make?", "90"),
            ("Who got the honey?", "a hospital"),
        ),
    ),
    Passage(
        "The letter was written by Queen Ada in her prison. A boy carried it over the wall in a loaf of bread.",
        (
            ("Who wrote the letter?", "Queen Ada"),
            ("Where was it written?", "in her prison"),
            ("Who carried the letter?", "A boy"),
            ("Where was the letter hidden?", "in a loaf of bread"),
        ),
    ),
    Passage(
        "Dana found a meteorite in the desert in 2003. It weighs 18 kilograms and is now shown in a hall in Tucson.",
        (
            ("Who found a meteorite?", "Dana"),
            ("Where was it found?", "in the desert"),
            ("How heavy is it?", "18 kilograms"),
            ("Where is it shown?", "in a hall in Tucson"),
        ),
    ),
    Passage(
        "The class of Mr. "
        "Okoro built a raft from 50 barrels. On the last day of school it carried them down the river.",
        (
            ("Who teaches the class?", "Mr. Okoro"),
            ("What did the class build?", "a raft"),
            ("How many barrels were needed?", "50"),
            ("When did they use the raft?", "On the last day of school"),
        ),
    ),
    Passage(
        "Grandmother baked bread with Emil on Thursday. He forgot the salt, so they fed it to the ducks in the pond.",
        (
            ("Who forgot the salt?", "Emil"),
            ("When was the bread baked?", "on Thursday"),
            ("Who ate the bread?", "the ducks"),
            ("Where are the ducks?", "in the pond"),
        ),
    ),
    Passage(
        "The first lift in town was built by Otto Brand in 1889. "
        "It ran on water and carried guests to a hotel on the hill.",
        (
            ("Who built the lift?", "Otto Brand"),
            ("When was the lift built?", "in 1889"),
            ("What did the lift run on?", "water"),
            ("Where is the hotel?", "on the hill"),
        ),
    ),
    Passage(
        "Sara waited in the rain for a bus to Dublin. A nurse gave her an umbrella, and after one hour the bus came.",
        (
            ("Who waited for a bus?", "Sara"),
            ("Where did she wait?", "in the rain"),
            ("Who gave her an umbrella?", "A nurse"),
            ("When did the bus come?", "after one hour"),
        ),
    ),
    Passage(
        "In the cave behind the waterfall the hikers saw 200 bats. Their guide Ilya had found it as a boy in 1995.",
        (
            ("Where were the bats?", "In the cave behind the waterfall"),
            ("Who saw the bats?", "the hikers"),
            ("How many bats were there?", "200"),
            ("When did Ilya find it?", "in 1995"),
        ),
    ),
)
"""Passages, each with four questions."""
