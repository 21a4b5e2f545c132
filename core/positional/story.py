"""The story on which the effect of every position scheme is measured."""

STORY = """\
The clockmaker of Sandwick kept two hundred clocks in her shop, and no two of them agreed. Visitors found this \
strange. A shop that sells clocks, they said, should at least know what time it is. But Marta Linden only smiled and \
went on with her work.

One winter morning a boy came in from the harbor. His hands were blue with cold, and he carried something wrapped in \
a piece of sailcloth. He put it on the counter and opened it carefully. It was a clock, very old, with a ship painted \
on its face. The ship had three masts, and the sea below it was made of thin blue metal.

"It belonged to my grandfather," said the boy. "It stopped on the night he died. Can you make it go again?"

Marta turned the clock over and took off the back. Inside, the wheels were clean and bright. Nothing was broken. \
Nothing was missing. She wound the spring, and the wheels did not move. She waited, and listened, and then she began \
to laugh.

"Your grandfather was a clever man," she said. "Look here, behind the third wheel. There is a small pin that holds \
it. This clock did not stop. Somebody stopped it."

She pulled out the pin. At once the clock began to tick, and the painted ship began to rise and fall on the blue \
metal sea. A little drawer opened at the bottom of the case. In the drawer lay a key, and around the key was a strip \
of paper.

The boy read it aloud. "For the one who asks. The boat is yours."

He stood quite still for a moment. Then he thanked her, wrapped the clock in the sailcloth again, and ran down the \
hill to the harbor, where a boat with three masts had been waiting all winter for somebody with a key.
"""
