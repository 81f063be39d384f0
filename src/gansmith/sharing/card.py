"""The model card of a run: what it is, how to use it, how good it is and how that was measured."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from gansmith.doctor.diagnose import MENTIONED, judge
from gansmith.doctor.history import History
from gansmith.reporting import summary
from gansmith.reporting.wording import as_sentence, duration, flat, metric_names, number
from gansmith.runs import folder
from gansmith.runs.reader import RunRecord
from gansmith.sharing.citing import bibliography_of, references
from gansmith.values import value_of
from gansmith.version import __version__

FILL = "(to be filled in)"
TASKS = {"image": "unconditional-image-generation", "text": "text-generation"}  # names of the hub
OWN = """@software{gansmith,
  title = {{gansmith}},
  author = {{The gansmith authors}},
  version = {%s},
  url = {https://github.com/gansmith/gansmith}
}"""


def card(run: RunRecord, step: int, name: str, picture: str = "") -> str:
    """Return the model card as Markdown, with the header that the hub reads.

    Every number stands beside what it was measured with and beside what other real samples reach.
    What only the owner knows, the licences of weights and data, is left to be filled in.

    Args:
        run: the run.
        step: of the weights that are shared.
        name: that others load: a folder, or ``hub:org/name``.
        picture: path of the newest samples in the folder; empty: there are none.
    """
    history = History.of(run)
    parts = (
        _header(run),
        f"# {run.path.resolve().name}",
        summary.sentence(run),
        _shown(picture),
        _use(name),
        _quality(run, step),
        _doctor(history, run),
        _training(run, history, step),
        _data(run),
        f"## Citation\n\n```bibtex\n{OWN % __version__}\n\n{_papers(run)}\n```",
    )
    return "\n\n".join(filter(None, parts)) + "\n"


def _header(run: RunRecord) -> str:
    kind = str(_table(_data_of(run), "kind").get("name", ""))
    lines = ["---", "library_name: gansmith", f"license: unknown  # {FILL}"]
    lines += [f"pipeline_tag: {TASKS[kind]}"] if kind in TASKS else []
    return "\n".join([*lines, "tags:", "- gan", "- gansmith", *([f"- {kind}"] * bool(kind)), "---"])


def _shown(picture: str) -> str:
    if not picture:
        return ""
    if picture.endswith(".png"):
        return f"![Samples at the end of training]({picture})"
    return f"Samples: [{picture}]({picture})"


def _use(name: str) -> str:
    quoted = shlex.quote(name)
    return (
        "## Use\n\n```python\nimport gansmith\n\n"
        f'generator = gansmith.load("{name}")\nsamples = generator.sample(64, seed=0)\n```\n\n'
        f"```\ngansmith sample {quoted} -n 64 --out samples\ngansmith serve {quoted}\n```\n\n"
        "The weights are safetensors; loading them runs no code of this repository."
    )


def _quality(run: RunRecord, step: int) -> str:
    exams = [row for row in run.metrics if isinstance(row.get("metrics"), Mapping)]
    exam = next((row for row in exams if row.get("step") == step), exams[-1] if exams else None)
    if exam is None:
        return "## Quality\n\nNo exam was taken: nothing is known of its quality."
    head = (
        f"## Quality\n\nAt {number(exam.get('kimg'))} kimg. “Other reals” is the noise floor: the "
        "same number between disjoint sets of real samples.\n\n"
        "| metric | value | other reals | measured with |\n|---|---|---|---|\n"
    )
    return head + "\n".join(_rows(run, exam)) + _protocol(exam)


def _rows(run: RunRecord, exam: Mapping[str, Any]) -> Iterator[str]:
    protocol, floor, ends = (_table(exam, name) for name in ("protocol", "floor", "intervals"))
    about = f"{protocol.get('extractor', '?')} features, {protocol.get('fake', '?')} fakes, "
    about += f"{protocol.get('real', '?')} reals"
    for name in metric_names(list(exam["metrics"])):
        value, told = exam["metrics"][name], value_of(name, run.values)
        error = exam["metrics"].get(f"{name}_error")
        said = number(value) + (f" ± {number(error)}" if error is not None else "")
        if isinstance(ends.get(name), list):
            said += f" ({number(ends[name][0])} to {number(ends[name][1])})"
        better = f", {told.better} is better" if told.better else ""
        yield f"| {told.title}{better} | {said} | {number(floor.get(name))} | {about} |"


def _protocol(exam: Mapping[str, Any]) -> str:
    rows = flat({k: v for k, v in _table(exam, "protocol").items() if k != "caveats"})
    caveats = _table(exam, "protocol").get("caveats") or ()
    told = "\n".join(f"- {name}: {value}" for name, value in rows)
    care = "\n".join(f"- {as_sentence(str(caveat))}" for caveat in caveats)
    return f"\n\nProtocol; numbers of another do not compare:\n\n{told}" + (
        f"\n\nTo be read with care:\n\n{care}" if care else ""
    )


def _doctor(history: History, run: RunRecord) -> str:
    verdict = judge(history, str(run.path))
    lines = [f"## Diagnosis\n\n**{verdict.verdict}**: {as_sentence(verdict.says)}"]
    for one in verdict.diagnoses:
        if one.confidence >= MENTIONED:
            name = one.failure.replace("_", " ")
            says = as_sentence(one.evidence[0].says)
            lines.append(f"- {name}, confidence {one.confidence:.2f}: {says}")
    return "\n".join(lines[:1]) + ("\n\n" + "\n".join(lines[1:]) if lines[1:] else "")


def _training(run: RunRecord, history: History, step: int) -> str:
    environment = run.environment
    told = [("weights of step", number(step)), ("samples seen", f"{number(history.kimg)} kimg")]
    seconds = run.signals[-1].get("seconds") if run.signals else None
    told += [("time", duration(seconds))] if isinstance(seconds, int | float) else []
    machine = [str(environment[n]) for n in ("processor", "device") if n in environment]
    told += [("machine", ", ".join(machine))] if machine else []
    told += [("gansmith", str(environment.get("gansmith", "?")))]
    rows = "\n".join(f"- {name}: {value}" for name, value in told)
    return f"## Training\n\n{rows}\n\nThe whole recipe is in `{folder.RECIPE}`."


def _data(run: RunRecord) -> str:
    data = _data_of(run)
    name = folder.plain_name(str(data.get("name", "?")))
    rows = [("name", name), ("samples", number(data.get("train")))]
    rows += [(n, str(data[n])) for n in ("shape", "digest") if n in data]
    rows += [(n, FILL) for n in ("source", "licence of the data", "licence of the weights")]
    rows += [("intended use and limits", FILL)]
    return "## Data and licence\n\n" + "\n".join(f"- {key}: {value}" for key, value in rows)


def _papers(run: RunRecord) -> str:
    return bibliography_of(references(dict(run.recipe), str(run.path)))


def _data_of(run: RunRecord) -> Mapping[str, Any]:
    return _table(run.environment, "data")


def _table(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = record.get(name)
    return inner if isinstance(inner, Mapping) else {}
