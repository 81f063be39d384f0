"""A Lightning module with manual optimisation, watched by gansmith's doctor: three lines.

pip install lightning; python examples/monitor_lightning.py [steps, run folder]
"""

import sys

import lightning
import torch
import torch.nn.functional as F
from torch import nn

import gansmith
from gansmith.data import open_data, to_unit

STEPS, RUN = (int(sys.argv[1]), sys.argv[2]) if len(sys.argv) > 2 else (2000, None)


class RingGAN(lightning.LightningModule):
    def __init__(self, reals):
        super().__init__()
        self.automatic_optimization = False
        self.G = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 2))
        self.D, self.reals = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 1)), reals

    def on_fit_start(self):
        self.monitor = gansmith.Monitor(self.G, self.D, self.sample, self.reals, RUN)

    def sample(self, count):
        return self.G(torch.randn(count, 2, device=self.device))

    def training_step(self, batch, index):
        (real,) = batch
        for_generator, for_discriminator = self.optimizers()
        fake = self.sample(len(real))
        real_scores, fake_scores = self.D(real), self.D(fake.detach())
        loss_d = F.softplus(-real_scores).mean() + F.softplus(fake_scores).mean()
        for_discriminator.zero_grad()
        self.manual_backward(loss_d)
        for_discriminator.step()
        loss_g = F.softplus(-self.D(fake)).mean()
        for_generator.zero_grad()
        self.manual_backward(loss_g)
        for_generator.step()
        self.monitor.step(real_scores, fake_scores, {"discriminator": loss_d, "generator": loss_g})

    def configure_optimizers(self):
        return [torch.optim.Adam(net.parameters(), 1e-3, (0.0, 0.99)) for net in (self.G, self.D)]


ring = open_data("ring").train
data = torch.utils.data.TensorDataset(to_unit(ring.values))
off = ["logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"]
module = RingGAN(data.tensors[0])
trainer = lightning.Trainer(
    max_steps=2 * STEPS, accelerator="cpu", devices=1, **dict.fromkeys(off, False)
)
trainer.fit(module, torch.utils.data.DataLoader(data, batch_size=128, shuffle=True))
print(module.monitor.finish().says, module.monitor.run)
