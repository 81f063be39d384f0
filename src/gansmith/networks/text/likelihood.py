"""How likely texts are to a generator that writes token by token."""

import torch
import torch.nn.functional as F
from torch import Tensor

from gansmith.kinds.text import lengths, mask
from gansmith.networks.text.autoregressive import Autoregressive

CHUNK = 64  # texts at a time: their logits are large


def log_chances(generator: Autoregressive, tokens: Tensor, tempered: bool = False) -> Tensor:
    """Return log p(token | tokens before it) at each place, 0 after the end, [batch, places].

    Args:
        generator: of texts.
        tokens: numbers, int64 [batch, places].
        tempered: at the generator's temperature, by which it draws; else at 1.
    """
    logits = generator.logits(tokens, dropped=not tempered)
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))  # sums of small chances
    scaled = logits / generator.temperature if tempered else logits
    exact = scaled.to(torch.promote_types(scaled.dtype, torch.float32))
    each = -F.cross_entropy(exact.flatten(0, 1), tokens.flatten(), reduction="none")
    return each.view_as(tokens) * mask(lengths(tokens), tokens.shape[1])


@torch.no_grad()
def nll_a_token(generator: Autoregressive, tokens: Tensor) -> float:
    """Return the mean of -log p a token, the end among them, in nats, without dropout."""
    was_training = generator.training
    generator.eval()
    whole = tokens.round().long().to(generator.table.device)
    parts = torch.split(whole, CHUNK)
    total = -sum(log_chances(generator, part).double().sum().item() for part in parts)
    generator.train(was_training)
    return total / int(lengths(whole).sum())
