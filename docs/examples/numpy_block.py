#!/usr/bin/env python3
"""An IGC block in NumPy, to be judged as a command:

    igc check --command 'python3 numpy_block.py'

It reads one line of JSON for each case and answers with one; the tensors are
in .npz files. Everything else goes to standard error. The channels, with
G = L*M: x l*M + m, after the primary convolution l*Mout + m', after the
interleave m'*L + l, after the secondary m'*Lout + l', of y l'*Mout + m'.
"""

import json
import sys

import numpy as np

HELLO = {
    "igc": 1,
    "name": "NumPy example",
    "version": np.__version__,
    "precision": "float32",
    "operations": ["block", "group-convolution", "interleave"],
    "bias": True,
    "outputs": True,  # Lout may differ from L
}


def group_convolution(x, weight, bias, stride=(1, 1), dilation=(1, 1), padding=(0, 0, 0, 0)):
    """One tap of the kernel after the other, all groups and positions at once."""
    (top, bottom, left, right), (sh, sw), (dh, dw) = padding, stride, dilation
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    N, C, H, W = x.shape
    O, I, kh, kw = weight.shape
    groups = C // I
    rows = (H - dh * (kh - 1) - 1) // sh + 1
    columns = (W - dw * (kw - 1) - 1) // sw + 1
    x = x.reshape(N, groups, I, H, W)
    weight = weight.reshape(groups, O // groups, I, kh, kw)
    y = np.zeros((N, groups, O // groups, rows, columns), x.dtype)
    for u in range(kh):
        for v in range(kw):
            below = slice(u * dh, u * dh + (rows - 1) * sh + 1, sh)
            along = slice(v * dw, v * dw + (columns - 1) * sw + 1, sw)
            y += np.einsum("ngihw,goi->ngohw", x[..., below, along], weight[..., u, v])
    y = y.reshape(N, O, rows, columns)
    return y if bias is None else y + bias.reshape(1, O, 1, 1)


def interleave(x, L, M):
    """Channel l*M + m becomes channel m*L + l."""
    N, C, H, W = x.shape
    return x.reshape(N, L, M, H, W).transpose(0, 2, 1, 3, 4).reshape(N, C, H, W)


def block(a, **window):
    L = a["secondary_weight"].shape[1]
    Mout = a["primary_weight"].shape[0] // L
    Lout = a["secondary_weight"].shape[0] // Mout
    primary = group_convolution(a["x"], a["primary_weight"], a.get("primary_bias"), **window)
    interleaved = interleave(primary, L, Mout)
    secondary = group_convolution(interleaved, a["secondary_weight"], a.get("secondary_bias"))
    y = interleave(secondary, Mout, Lout)
    # The steps are optional: with them the oracle says which one is wrong.
    return {"primary": primary, "interleaved": interleaved, "secondary": secondary, "y": y}


def answer(case):
    arrays = dict(np.load(case["inputs"]))
    window = {name: case[name] for name in ("stride", "dilation", "padding")}
    if case["operation"] == "block":
        return block(arrays, **window)
    if case["operation"] == "group-convolution":
        return {"y": group_convolution(arrays["x"], arrays["weight"], arrays.get("bias"), **window)}
    return {"y": interleave(arrays["x"], case["L"], case["M"])}


def say(line):
    print(json.dumps(line), flush=True)


for text in sys.stdin:
    case = json.loads(text)
    if "hello" in case:
        say(HELLO)
        continue
    try:
        np.savez(case["outputs"], **answer(case))
        say({"id": case["id"], "ok": True})
    except Exception as error:  # the case fails, the command goes on
        say({"id": case["id"], "error": f"{type(error).__name__}: {error}"})
