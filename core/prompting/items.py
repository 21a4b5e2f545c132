"""The items of the built-in tasks, text and right answer; the first of each list are the pool of examples."""

CAPITALS = """
France: Paris
Japan: Tokyo
Italy: Rome
Egypt: Cairo
Spain: Madrid
Cuba: Havana
Kenya: Nairobi
Russia: Moscow
Greece: Athens
Peru: Lima
Norway: Oslo
Portugal: Lisbon
Germany: Berlin
China: Beijing
Ireland: Dublin
Austria: Vienna
Poland: Warsaw
Hungary: Budapest
Sweden: Stockholm
Denmark: Copenhagen
Finland: Helsinki
Belgium: Brussels
Thailand: Bangkok
Iraq: Baghdad
Iran: Tehran
Turkey: Ankara
Chile: Santiago
Canada: Ottawa
Australia: Canberra
Lebanon: Beirut
Syria: Damascus
Jamaica: Kingston
Vietnam: Hanoi
Ghana: Accra
Ukraine: Kyiv
Bulgaria: Sofia
"""

PLURALS = """
cat: cats
box: boxes
child: children
city: cities
leaf: leaves
dog: dogs
tooth: teeth
dish: dishes
baby: babies
mouse: mice
tree: trees
wolf: wolves
book: books
foot: feet
man: men
knife: knives
bus: buses
lady: ladies
car: cars
church: churches
woman: women
party: parties
house: houses
shelf: shelves
glass: glasses
goose: geese
story: stories
hand: hands
fox: foxes
person: people
berry: berries
life: lives
king: kings
watch: watches
country: countries
apple: apples
"""

OPPOSITES = """
hot: cold
big: small
up: down
day: night
fast: slow
open: closed
happy: sad
wet: dry
light: dark
old: new
rich: poor
left: right
good: bad
high: low
long: short
hard: soft
full: empty
early: late
strong: weak
black: white
near: far
in: out
yes: no
love: hate
buy: sell
win: lose
first: last
front: back
north: south
true: false
young: old
push: pull
clean: dirty
loud: quiet
thick: thin
alive: dead
"""

UPPERCASE = """
apple: APPLE
house: HOUSE
river: RIVER
stone: STONE
light: LIGHT
chair: CHAIR
music: MUSIC
bread: BREAD
paper: PAPER
green: GREEN
cloud: CLOUD
horse: HORSE
table: TABLE
water: WATER
night: NIGHT
train: TRAIN
smile: SMILE
plant: PLANT
money: MONEY
world: WORLD
glass: GLASS
earth: EARTH
dance: DANCE
tiger: TIGER
ocean: OCEAN
lemon: LEMON
queen: QUEEN
piano: PIANO
snow: SNOW
wind: WIND
gold: GOLD
ship: SHIP
bird: BIRD
road: ROAD
fire: FIRE
moon: MOON
"""

SENTIMENT = """
A joy from the first minute to the last: positive
The plot makes no sense at all: negative
I laughed until I cried: positive
Two hours of my life that I want back: negative
The actors are wonderful together: positive
It bored me to sleep: negative
A warm and clever little film: positive
The worst sequel I have seen: negative
Every scene is a pleasure to watch: positive
The jokes fall flat one after another: negative
I would see it again tomorrow: positive
A dull story, badly told: negative
The music alone is worth the ticket: positive
Nobody in it seems to care, and neither did I: negative
A brave film that stays with you: positive
I walked out after half an hour: negative
The food was fresh and delicious: positive
The soup was cold and the waiter rude: negative
Friendly people and a lovely garden: positive
We waited an hour for a burnt pizza: negative
The best cake in town: positive
The room smelled and the bed was broken: negative
Great value, we will be back soon: positive
Overpriced, and the portions are tiny: negative
The staff helped us with everything: positive
Dirty tables and a long queue: negative
A quiet place with a beautiful view: positive
I got sick after eating here: negative
The bread is still warm, a real treat: positive
They charged us twice and would not listen: negative
Perfect for a family dinner: positive
Never again: negative
The phone is fast and the screen is brilliant: positive
It stopped working after two days: negative
Easy to set up and a pleasure to use: positive
The battery dies within an hour: negative
Excellent sound for a small price: positive
It arrived broken and nobody answered my letters: negative
I recommend this lamp to everyone: positive
A waste of money: negative
The shoes fit perfectly and look great: positive
The colors faded in the first wash: negative
My kids love this game: positive
The instructions are useless: negative
A charming story with a happy heart: positive
Cheap plastic that breaks at once: negative
He sings better than ever on this album: positive
A noisy, ugly and stupid show: negative
"""

GROUPS = """
dog: north
hammer: south
horse: north
pencil: south
spoon: south
cat: north
ladder: south
sheep: north
rabbit: north
bottle: south
tiger: north
mirror: south
eagle: north
bucket: south
lion: north
basket: south
knife: south
mouse: north
shovel: south
donkey: north
candle: south
monkey: north
wolf: north
blanket: south
pillow: south
fox: north
scissors: south
goat: north
camel: north
umbrella: south
kettle: south
bear: north
brush: south
pig: north
deer: north
needle: south
"""
