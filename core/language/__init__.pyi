from .messages import ROLES as ROLES
from .messages import chat as chat
from .scores import Scores as Scores
from .text import Tokens as Tokens
from .text import tokens as tokens
from .with_torch.scores import log_probs as log_probs
from .with_torch.scores import score as score
from .with_torch.scores import score_many as score_many
