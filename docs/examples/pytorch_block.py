#!/usr/bin/env python3
"""An IGC block in PyTorch with its gradients, to be judged as a command:

    igc check --command '/usr/bin/python3 pytorch_block.py'

(Debian and Ubuntu: apt-get install python3-torch python3-numpy, and their own
python3.) Put your own module where `block` is. Where the inputs hold grad_y,
the gradients of the sum of y * grad_y belong among the outputs.
"""

import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)  # the cases are small

HELLO = {
    "igc": 1,
    "name": "PyTorch example",
    "version": torch.__version__,
    "precision": "float32",
    "operations": ["block", "group-convolution", "interleave"],
    "bias": True,
    "gradients": True,
    "outputs": True,  # Lout may differ from L
}


def convolution(x, weight, bias, stride, dilation, padding):
    """A group convolution; conv2d knows no four paddings, so pad does it."""
    top, bottom, left, right = padding
    groups = x.shape[1] // weight.shape[1]
    x = F.pad(x, (left, right, top, bottom))
    return F.conv2d(x, weight, bias, stride=stride, dilation=dilation, groups=groups)


def interleave(x, L, M):
    """Channel l*M + m becomes channel m*L + l: ShuffleNet's shuffle."""
    N, C, H, W = x.shape
    return x.view(N, L, M, H, W).transpose(1, 2).reshape(N, C, H, W)


def block(a, **window):
    L = a["secondary_weight"].shape[1]
    Mout = a["primary_weight"].shape[0] // L
    Lout = a["secondary_weight"].shape[0] // Mout
    primary = convolution(a["x"], a["primary_weight"], a.get("primary_bias"), **window)
    interleaved = interleave(primary, L, Mout)
    secondary = F.conv2d(interleaved, a["secondary_weight"], a.get("secondary_bias"), groups=Mout)
    y = interleave(secondary, Mout, Lout)
    # The steps are optional: with them the oracle says which one is wrong.
    return {"primary": primary, "interleaved": interleaved, "secondary": secondary, "y": y}


def answer(case):
    with np.load(case["inputs"]) as file:
        arrays = {name: torch.from_numpy(file[name]) for name in file.files}
    window = {name: case[name] for name in ("stride", "dilation", "padding")}
    if case["operation"] == "interleave":
        return {"y": interleave(arrays["x"], case["L"], case["M"])}
    grad_y = arrays.pop("grad_y", None)
    for array in arrays.values():
        array.requires_grad_(grad_y is not None)
    if case["operation"] == "block":
        outputs = block(arrays, **window)
    else:
        outputs = {"y": convolution(arrays["x"], arrays["weight"], arrays.get("bias"), **window)}
    if grad_y is not None:
        gradients = torch.autograd.grad(outputs["y"], list(arrays.values()), grad_y)
        outputs.update({f"grad_{name}": g for name, g in zip(arrays, gradients)})
    return outputs


def say(line):
    print(json.dumps(line), flush=True)


for text in sys.stdin:
    case = json.loads(text)
    if "hello" in case:
        say(HELLO)
        continue
    try:
        np.savez(case["outputs"], **{name: t.detach().numpy() for name, t in answer(case).items()})
        say({"id": case["id"], "ok": True})
    except Exception as error:  # the case fails, the command goes on
        say({"id": case["id"], "error": f"{type(error).__name__}: {error}"})
