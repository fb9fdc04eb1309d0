"""What the adapters of Python packages share: the protocol of a command (docs/implementations.md), and the block.

A package gives a convolution and an interleave of its own tensors; the block is
composed of these, so that its reshapes and transposes are judged too.
"""

import json
import sys

import numpy as np


class Unsupported(Exception):
    """The package says that it has no such case."""


def serve(hello, answer):
    """Says hello, then answers each case with answer(case), a dictionary of arrays."""
    for text in sys.stdin:
        case = json.loads(text)
        if "hello" in case:
            say({"igc": 1, **hello})
            continue
        try:
            np.savez(case["outputs"], **answer(case))
            say({"id": case["id"], "ok": True})
        except Unsupported as reason:
            say({"id": case["id"], "unsupported": str(reason)})
        except Exception as error:  # the case fails, the command goes on
            say({"id": case["id"], "error": f"{type(error).__name__}: {error}"})


def say(line):
    print(json.dumps(line), flush=True)


def arrays_of(case):
    with np.load(case["inputs"]) as file:
        return {name: file[name] for name in file.files}


def window_of(case):
    return {name: case[name] for name in ("stride", "dilation", "padding")}


UNIT = {"stride": [1, 1], "dilation": [1, 1], "padding": [0, 0, 0, 0]}


def composed(case, a, convolution, interleave):
    """y of the case: a holds the package's tensors, which the two functions take and give."""
    if case["operation"] == "interleave":
        return interleave(a["x"], case["L"], case["M"])
    if case["operation"] == "group-convolution":
        return convolution(a["x"], a["weight"], a.get("bias"), **window_of(case))
    L = a["secondary_weight"].shape[1]
    Mout = a["primary_weight"].shape[0] // L
    Lout = a["secondary_weight"].shape[0] // Mout
    primary = convolution(a["x"], a["primary_weight"], a.get("primary_bias"), **window_of(case))
    mixed = interleave(primary, L, Mout)
    secondary = convolution(mixed, a["secondary_weight"], a.get("secondary_bias"), **UNIT)
    return interleave(secondary, Mout, Lout)
