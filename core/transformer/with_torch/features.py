"""One vector of a sentence, read from an encoder."""

import torch
from jaxtyping import Float
from torch import Tensor

from core.models import Encoder


@torch.inference_mode()
def sentence_vectors(
    encoder: Encoder, texts: tuple[str, ...]
) -> tuple[Float[Tensor, "text d"], Float[Tensor, "text d"]]:
    """The last layer's vector of [CLS], and the mean of those of all tokens, each scaled to length 1.

    Args:
        encoder: it stays as it is.
        texts: one or more.

    Raises:
        ValueError: for no texts.

    Source: Devlin et al. 2019 (1810.04805), section 3; Reimers and Gurevych 2019 (1908.10084), section 3.
    """
    if not texts:
        raise ValueError("There are 0 texts; there must be 1 or more.")
    first, mean = [], []
    for text in texts:
        # One by one: padding would have to be left out of the mean.
        hidden = encoder.model(**encoder.tokenizer(text, return_tensors="pt")).last_hidden_state[0]
        first.append(hidden[0])
        mean.append(hidden.mean(dim=0))
    one, all_of_them = (torch.nn.functional.normalize(torch.stack(rows), dim=-1) for rows in (first, mean))
    return one, all_of_them
