#!/usr/bin/env python3
"""PyTorch's own convolution in several ways, judged for docs/field-report.md:

    igc check --command '/usr/bin/python3 docs/field-report/pytorch.py --dtype bfloat16 --channels-last'

Unlike docs/examples/pytorch_block.py it leaves the padding to conv2d where
conv2d has it, so that the padding is judged too.
"""

import argparse
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

parser = argparse.ArgumentParser()
parser.add_argument("--dtype", default="float32", choices=["float64", "float32", "bfloat16", "float16"])
parser.add_argument("--channels-last", action="store_true")
parser.add_argument("--no-mkldnn", action="store_true")
parser.add_argument("--no-gradients", action="store_true")
parser.add_argument("--threads", type=int, default=1)
options = parser.parse_args()
torch.set_num_threads(options.threads)
if options.no_mkldnn:
    torch.backends.mkldnn.set_flags(False)
    assert not torch._C._get_mkldnn_enabled()

DTYPE = getattr(torch, options.dtype)
WIDE = torch.float64 if options.dtype == "float64" else torch.float32  # what npz holds
HELLO = {
    "igc": 1,
    "name": "PyTorch " + " ".join(sys.argv[1:]),
    "version": torch.__version__,
    "precision": options.dtype,
    "operations": ["block", "group-convolution", "interleave"],
    "bias": True,
    "gradients": not options.no_gradients,
    "outputs": True,
}


def laid_out(x):
    return x.contiguous(memory_format=torch.channels_last) if options.channels_last else x


def convolution(x, weight, bias, stride, dilation, padding):
    top, bottom, left, right = padding
    groups = x.shape[1] // weight.shape[1]
    own = (top, left)
    if top != bottom or left != right:
        x, own = F.pad(x, (left, right, top, bottom)), 0
    return F.conv2d(laid_out(x), laid_out(weight), bias, stride, own, dilation, groups)


def interleave(x, L, M):
    N, C, H, W = x.shape
    return x.reshape(N, L, M, H, W).transpose(1, 2).reshape(N, C, H, W)


def block(a, **window):
    L = a["secondary_weight"].shape[1]
    Mout = a["primary_weight"].shape[0] // L
    Lout = a["secondary_weight"].shape[0] // Mout
    primary = convolution(a["x"], a["primary_weight"], a.get("primary_bias"), **window)
    interleaved = interleave(primary, L, Mout)
    secondary = F.conv2d(laid_out(interleaved), a["secondary_weight"], a.get("secondary_bias"), groups=Mout)
    return interleave(secondary, Mout, Lout)


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
        y = block(arrays, **window)
    else:
        y = convolution(arrays["x"], arrays["weight"], arrays.get("bias"), **window)
    outputs = {"y": y}
    if grad_y is not None:
        gradients = torch.autograd.grad(y, list(arrays.values()), grad_y)
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
        np.savez(case["outputs"], **{k: t.detach().to(WIDE).contiguous().numpy() for k, t in answer(case).items()})
        say({"id": case["id"], "ok": True})
    except Exception as error:  # the case fails, the command goes on
        refused = "not implemented" in str(error)
        say({"id": case["id"], "unsupported" if refused else "error": f"{type(error).__name__}: {error}"})
