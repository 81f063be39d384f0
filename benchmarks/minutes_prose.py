"""What the page of benchmarks/minutes.py says in words."""

BARS = """Grey images keep the former choices, so that digits are what they were. 76 emoji judge, to
which reals come no nearer than their row says: half of plain DCGAN's distance is hardly more. The
checkerboard number of reals is 0, since it counts only what reals do not have; that of plain DCGAN
is 24 times gansmith's."""
SHOWN = """## What the samples show

Sheets of 96 samples, which `--pictures FOLDER` keeps, looked at one by one:

- clothing 32 px, 200 s: outlines of trousers and shirts on light ground, in many colours, with no
  grid; prints and folds are smears. Plain DCGAN: blots behind a regular grid of dots.
- horses 32 px, 200 s: bodies of horses on grass and sand are recognised at a glance; legs and heads
  run into the ground.
- digits, 60 s: most can be read, some are broken.
- 400 of clothing, 60 s: dark or grey patches on light or red ground with the beginnings of
  outlines, colours too strong. Plain DCGAN: one pattern with a red edge, repeated.
- emoji 64 px, 60 s: blank white images after 192 steps; only the ground has been learned. Their
  precision of 1 means nothing, and their share of 0.83 little. Plain DCGAN: grey noise, 29 steps.
"""
TRIALS = """## Trials before the table

Clothing at 32 px, 100 CPU seconds, one seed, 800 to 2,000 fakes, made with nets that are not part
of gansmith; so not by this command. Above the floor: distance less that of as many reals. Second
judge: the distance in features of an untrained network (floor 0.53 to 0.58).

| trial | above the floor | second judge | seen |
|---|---|---|---|
| former choices, after 200 s | 623 | 0.66 | blurred, many colours |
| `nearest` G, rate 2e-3 falling, gamma 0.1 at every 4th step | 536 | 1.07 | sharper, few colours |
| the same with minibatch deviation in D | 566 | 0.67 | more colours, a fifth fewer steps |
| `nearest` G, rate 2e-3 falling, gamma 1 at every 4th step | 562 | 0.78 | |
| the same, every step, a blur after G's last doubling | 539 | 0.90 | the clearest outlines |
| the same at every 4th step | diverged | | G's tanh saturates |
| the same, width 64 in bfloat16 | diverged | | |
| `nearest` G, rate 2e-3 falling after a rise, gamma 1 at every step | diverged | | at 115 s |
| the same with gamma 0.1 | diverged | | G's tanh saturates |
| a low-pass filter on G's image, gamma 0.5 | 1,037 | 1.60 | D sees what the filter took away |
| D on EfficientNet-Lite0's maps, 32 px, hinge, spectral norm | 821 | 6.3 | one colour, no shapes |

The choices were made on clothing at 32 px with the one seed that its table shows, so that their
lead there is partly luck; other sets and seeds had no say in them.

The plain loops sample as their scripts do, with the batch's own means in batch norm; with those of
training a plain DCGAN loop of the same nets came to 1,604 and not 1,880 on clothing at 32 px.

StyleGAN2's generator of width 8 against the lean D, with rates and penalties of the former choices,
came to 698 in 200 seconds of clothing at 32 px where the lean pair came to 790 (1,024 fakes against
the training images, one seed): clearer outlines, prints that are noise; precision fell from 0.72 to
0.53, coverage stayed at 0.2. It is the recipe `stylegan2`, and nothing chooses it by itself.

A blur in G did not lower the checkerboard number (0.0106 with it, 0.0094 to 0.0152 without) and
made two of three runs diverge; it was left out. At 64 px a pretrained D costs 130 ms a step of 16,
against 56, which leaves it 1,500 steps in 200 seconds. bfloat16 takes 0.8 of the time of a step at
width 32 and 0.7 at 64 on this processor.
"""
