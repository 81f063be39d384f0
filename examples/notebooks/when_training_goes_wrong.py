# %% [markdown]
# # When training goes wrong
#
# A discriminator that learns two hundred times as fast as its generator, with nothing that bounds
# its slope: a recipe like many that are passed on.

# %%
import gansmith

SICK = {
    "data.size": 16,
    "data.batch": 16,
    "game.latent": 32,
    "networks.generator": {"name": "lean", "width": 12},
    "networks.discriminator": {"name": "lean", "width": 12},
    "loss.name": "non_saturating",
    "terms": [],
    "optimizers.generator.lr": 2e-5,
    "optimizers.discriminator.lr": 4e-3,
    "evaluation": {"samples": 128, "every_kimg": 1, "extractor": "pixels"},
    "signals.tick": 10,
}
sick = gansmith.train(data="mnist", set=SICK, kimg=5, run="runs/sick", quiet=True)
verdict = gansmith.diagnose(sick)
verdict

# %% [markdown]
# Each diagnosis carries its evidence, a sentence that you can check on the curves, and remedies in
# the order in which to try them.

# %%
worst = verdict.diagnoses[0]
for item in worst.evidence:
    print(item.says)
remedy = worst.remedies[0]
print("\nTo try first:", remedy.because, dict(remedy.changes))

# %% [markdown]
# ## Try it
#
# `gansmith diagnose RUN --fix better.toml` writes the same as a recipe; `--autopilot` tries
# remedies while a run trains and undoes those that do not help.

# %%
cured = gansmith.train(
    sick / "recipe.toml", set=dict(remedy.changes), kimg=5, run="runs/cured", quiet=True
)
gansmith.diagnose(cured)

# %%
ranked = gansmith.compare(sick, cured)
[(one["run"], one["metrics"][ranked["ranked_by"]]) for one in ranked["runs"]]

# %% [markdown]
# ## A loop of your own
#
# `Monitor` is the same doctor for a loop that gansmith does not own: three lines.

# %%
import torch
from torch import nn
from torch.nn.functional import softplus

torch.manual_seed(0)
G = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
D = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 1))
players = [torch.optim.Adam(net.parameters(), lr=1e-3) for net in (D, G)]
points = torch.randn(2000, 2) @ torch.tensor([[2.0, 0.0], [1.0, 0.5]])
monitor = gansmith.Monitor(
    generator=G,
    discriminator=D,
    sample=lambda n: G(torch.randn(n, 2)),
    real=points,
    run="runs/mine",
    quiet=True,
)
for _ in range(600):
    real = points[torch.randint(len(points), (64,))]
    fake = G(torch.randn(64, 2))
    real_scores, fake_scores = D(real), D(fake.detach())
    d_loss = softplus(-real_scores).mean() + softplus(fake_scores).mean()
    players[0].zero_grad()
    d_loss.backward()
    players[0].step()
    g_loss = softplus(-D(fake)).mean()
    players[1].zero_grad()
    g_loss.backward()
    players[1].step()
    losses = {"discriminator": d_loss, "generator": g_loss}
    monitor.step(real_scores=real_scores, fake_scores=fake_scores, losses=losses, batch_size=64)
monitor.finish()
