# %% [markdown]
# # A first run
#
# Handwritten digits of 16 pixels, small networks, half a minute on a processor. The numbers are
# small so that the notebook is quick; `gansmith.train("quickstart")` is the same at full size.

# %%
import gansmith

SMALL = {
    "data.size": 16,
    "data.batch": 16,
    "game.latent": 32,
    "networks.generator": {"name": "lean", "width": 12},
    "networks.discriminator": {"name": "lean", "width": 12},
    "evaluation": {"samples": 128, "every_kimg": 2, "extractor": "pixels"},
}
run = gansmith.train(data="mnist", set=SMALL, kimg=6, run="runs/first")
run

# %% [markdown]
# A run is a folder: recipe, signals, exams, samples over time, checkpoints. In a notebook it shows
# its newest samples and the verdict.

# %%
sorted(path.name for path in run.iterdir())

# %% [markdown]
# ## What the doctor says
#
# `unknown` is an honest answer: so short a run leaves little to judge by.

# %%
gansmith.diagnose(run)

# %% [markdown]
# ## Samples
#
# The same seed gives the same samples, whatever the count.

# %%
generator = gansmith.load(run)
samples = generator.sample(64, seed=0)
samples.shape, samples.min().item() >= -1, samples.max().item() <= 1

# %% [markdown]
# ## How good are they?
#
# Every number stands beside a noise floor: what other real digits reach.

# %%
found = gansmith.evaluate(
    "mnist", run, samples=256, features="pixels", metrics=["frechet_distance", "prdc"]
)
found

# %% [markdown]
# ## The whole run on one page

# %%
gansmith.report(run)
