# %% [markdown]
# # Your own data
#
# A folder of images is all that is needed; folders in it are classes if you ask for labels. Here
# one is drawn: rings and squares of any colour. Put your own path in its place.

# %%
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

import gansmith

PHOTOS = Path("shapes")
draws = np.random.default_rng(0)
for number in range(400):
    shape = ("ring", "square")[number % 2]
    image = Image.new("RGB", (24, 24), "white")
    x, y, side = draws.integers((2, 2, 9), (8, 8, 15))
    colour = tuple(int(c) for c in draws.integers(0, 200, 3))
    draw = getattr(ImageDraw.Draw(image), "ellipse" if shape == "ring" else "rectangle")
    draw((x, y, x + side, y + side), outline=colour, width=3)
    (PHOTOS / shape).mkdir(parents=True, exist_ok=True)
    image.save(PHOTOS / shape / f"{number:03}.png")

# %% [markdown]
# ## Look before training
#
# What cannot be read, what occurs twice, whether it is enough. On the command line:
# `gansmith check shapes/ --page audit.html`.

# %%
from gansmith.data import audit

print(audit(str(PHOTOS)).text())

# %% [markdown]
# ## Train, with the classes
#
# What is not said is chosen from the data and the machine; each choice is in the run's recipe,
# with its reason.

# %%
SMALL = {
    "data.size": 16,
    "data.batch": 16,
    "condition.name": "labels",
    "evaluation": {"samples": 64, "every_kimg": 2, "extractor": "pixels"},
}
run = gansmith.train(data=PHOTOS, set=SMALL, kimg=4, run="runs/shapes")
print("".join(line for line in (run / "recipe.toml").open() if line.startswith("# chosen")))

# %%
generator = gansmith.load(run)
rings = generator.sample(8, label="ring")
rings.shape

# %% [markdown]
# ## Go on where it stopped
#
# The run that was stopped equals the one that was not, to the bit.

# %%
gansmith.train(run=run, resume=True, kimg=5)

# %% [markdown]
# ## Give it to others
#
# A folder with weights, recipe, exams and a model card; `org/name` in its place pushes it to the
# Hugging Face hub.

# %%
shared = gansmith.push(run, "./shapes-shared")
print((Path(shared) / "README.md").read_text()[:600])
gansmith.load(shared).sample(4, label="square").shape
