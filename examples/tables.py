"""A table of people: train on it, write new rows, ask for a city, and measure what came out.

python examples/tables.py
"""

import csv
import random
from pathlib import Path

import gansmith

HEAD = ["id", "born", "height", "weight", "city", "income"]


def people(count: int = 1500) -> list[list[object]]:
    """Return rows in which weight goes with height, and income with age; some incomes lack."""
    draws, rows = random.Random(0), []
    for number in range(count):
        age, height = draws.randint(18, 90), draws.gauss(171, 9)
        weight = 22 * (height / 100) ** 2 + draws.gauss(0, 6)
        city = draws.choices(["Berlin", "Paris", "Rome", "Oslo"], [60, 30, 9, 1])[0]
        income = "" if draws.random() < 0.1 else round(draws.lognormvariate(10 + 0.01 * age, 0.4))
        born = f"{2026 - age}-{draws.randint(1, 12):02d}-{draws.randint(1, 28):02d}"
        rows.append([number + 1, born, f"{height:.1f}", f"{weight:.1f}", city, income])
    return rows


def main() -> None:
    table, run = Path("people.csv"), Path("runs/people")
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([HEAD, *people()])
    gansmith.train("table", data=table, run=run)
    # The same on the command line:
    #   gansmith train table --data people.csv --run runs/people
    #   gansmith sample runs/people -n 1000 --out new.csv
    #   gansmith sample runs/people -n 100 --out oslo.csv --condition category=city=Oslo
    generator = gansmith.load(run)
    rows = generator.sample(1000, seed=0)
    oslo = generator.sample(3, condition={"category": "city=Oslo"})
    print("rows as numbers", tuple(rows.shape), "asked for Oslo:", oslo[:, 4].tolist())
    found = gansmith.evaluate(table, run, samples=500, intervals=False)
    for name in ("tree_auc", "column_shapes", "pair_trends", "nearest_record_ratio"):
        print(f"{name:22} {found['metrics'][name]:.3f}")


if __name__ == "__main__":
    main()
