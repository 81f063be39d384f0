"""A DCGAN loop as everybody writes it, and the three lines that put gansmith's doctor on it.

python examples/monitor_dcgan.py [steps] [run folder]
"""

import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import gansmith
from gansmith.data import open_data, to_unit

STEPS = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
RUN = sys.argv[2] if len(sys.argv) > 2 else None
LATENT, BATCH = 64, 64

G = nn.Sequential(
    nn.ConvTranspose2d(LATENT, 64, 4), nn.BatchNorm2d(64), nn.ReLU(),
    nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.BatchNorm2d(32), nn.ReLU(),
    nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.BatchNorm2d(16), nn.ReLU(),
    nn.ConvTranspose2d(16, 1, 4, 2, 1), nn.Tanh(),
)  # fmt: skip
D = nn.Sequential(
    nn.Conv2d(1, 16, 4, 2, 1), nn.LeakyReLU(0.2),
    nn.Conv2d(16, 32, 4, 2, 1), nn.BatchNorm2d(32), nn.LeakyReLU(0.2),
    nn.Conv2d(32, 64, 4, 2, 1), nn.BatchNorm2d(64), nn.LeakyReLU(0.2),
    nn.Conv2d(64, 1, 4),
)  # fmt: skip
optimizers = {
    "generator": torch.optim.Adam(G.parameters(), lr=2e-4, betas=(0.5, 0.999)),
    "discriminator": torch.optim.Adam(D.parameters(), lr=2e-4, betas=(0.5, 0.999)),
}
digits = open_data("mnist", size=32).train
reals = to_unit(digits.take(np.arange(len(digits))))


latents = lambda count: torch.randn(count, LATENT, 1, 1)  # noqa: E731
# 1: make it
monitor = gansmith.Monitor(G, D, lambda n: G(latents(n)), reals, RUN, optimizers=optimizers)

for _ in range(STEPS):
    real, fake = reals[torch.randint(len(reals), (BATCH,))], G(latents(BATCH))
    real_scores, fake_scores = D(real), D(fake.detach())
    loss_d = F.softplus(-real_scores).mean() + F.softplus(fake_scores).mean()
    optimizers["discriminator"].zero_grad()
    loss_d.backward()
    optimizers["discriminator"].step()
    loss_g = F.softplus(-D(fake)).mean()
    optimizers["generator"].zero_grad()
    loss_g.backward()
    optimizers["generator"].step()
    # 2: tell it
    monitor.step(real_scores, fake_scores, {"discriminator": loss_d, "generator": loss_g})

verdict = monitor.finish()  # 3: ask it
print(f"{verdict.verdict}: {verdict.says}; see `gansmith report {monitor.run}`")
