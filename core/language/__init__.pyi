from .messages import ROLES as ROLES
from .messages import chat as chat
from .text import Tokens as Tokens
from .text import tokens as tokens
