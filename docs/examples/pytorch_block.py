#!/usr/bin/env python3
"""An IGC block in PyTorch with its gradients, to be judged as a command:

    igc check --command '/usr/bin/python3 pytorch_block.py'

(Debian and Ubuntu: apt-get install python3-torch python3-numpy, and their own
python3.) Put your own module where `block` is. Where the inputs hold grad_y,
the gradients of the sum of y * grad_y belong among the outputs. --help lists
the ways in which PyTorch can be asked.
"""

import argparse
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

parser = argparse.ArgumentParser()
parser.add_argument("--dtype", default="float32", choices=["float64", "float32", "bfloat16", "float16"])
parser.add_argument("--channels-last", action="store_true", help="tensors laid out as NHWC")
parser.add_argument("--no-mkldnn", action="store_true", help="without oneDNN")
parser.add_argument("--threads", type=int, default=1)  # the cases are small
options = parser.parse_args()

torch.set_num_threads(options.threads)
torch.backends.mkldnn.set_flags(not options.no_mkldnn)
DTYPE = getattr(torch, options.dtype)
STORED = torch.float64 if options.dtype == "float64" else torch.float32  # .npz has no bfloat16
LAYOUT = torch.channels_last if options.channels_last else torch.contiguous_format

HELLO = {
    "igc": 1,
    "name": " ".join(["PyTorch example", *sys.argv[1:]]),
    "version": torch.__version__,
    "precision": options.dtype,
    "operations": ["block", "group-convolution", "interleave"],
    "bias": True,
    "gradients": True,
    "outputs": True,  # Lout may differ from L
}


def convolution(x, weight, bias, stride=(1, 1), dilation=(1, 1), padding=(0, 0, 0, 0)):
    """A group convolution; conv2d pads alike on opposite sides, pad does the rest."""
    top, bottom, left, right = padding
    if top != bottom or left != right:
        x, top, left = F.pad(x, (left, right, top, bottom)), 0, 0
    groups = x.shape[1] // weight.shape[1]
    x, weight = (array.contiguous(memory_format=LAYOUT) for array in (x, weight))
    return F.conv2d(x, weight, bias, stride, (top, left), dilation, groups)


def interleave(x, L, M):
    """Channel l*M + m becomes channel m*L + l: ShuffleNet's shuffle."""
    N, C, H, W = x.shape
    return x.reshape(N, L, M, H, W).transpose(1, 2).reshape(N, C, H, W)


def block(a, **window):
    L = a["secondary_weight"].shape[1]
    Mout = a["primary_weight"].shape[0] // L
    Lout = a["secondary_weight"].shape[0] // Mout
    primary = convolution(a["x"], a["primary_weight"], a.get("primary_bias"), **window)
    interleaved = interleave(primary, L, Mout)
    secondary = convolution(interleaved, a["secondary_weight"], a.get("secondary_bias"))
    y = interleave(secondary, Mout, Lout)
    # The steps are optional: with them the oracle says which one is wrong.
    return {"primary": primary, "interleaved": interleaved, "secondary": secondary, "y": y}


def answer(case):
    with np.load(case["inputs"]) as file:
        arrays = {name: torch.from_numpy(file[name]).to(DTYPE) for name in file.files}
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
        outputs = {name: t.detach().to(STORED).contiguous().numpy() for name, t in answer(case).items()}
        np.savez(case["outputs"], **outputs)
        say({"id": case["id"], "ok": True})
    except Exception as error:  # the case fails, the command goes on
        refused = "not implemented" in str(error)
        say({"id": case["id"], "unsupported" if refused else "error": f"{type(error).__name__}: {error}"})
