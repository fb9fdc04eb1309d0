#!/usr/bin/env python3
"""scipy.signal's correlate2d, one pair of planes at a time; a stride takes every n-th of its outputs,
a dilation puts zeros between the taps. python3 scipy_signal.py [--float64]"""

import sys

import numpy as np
import scipy
from scipy import signal

from serve import arrays_of, composed, serve

DTYPE = np.float64 if "--float64" in sys.argv else np.float32
HELLO = {
    "name": "scipy.signal",
    "version": scipy.__version__,
    "precision": DTYPE.__name__,
    "operations": ["block", "group-convolution", "interleave"],
    "bias": True,
    "outputs": True,
    "multipliesZeros": True,  # those between the taps
}


def convolution(x, weight, bias, stride, dilation, padding):
    top, bottom, left, right = padding
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    O, I, kh, kw = weight.shape
    (sh, sw), (dh, dw) = stride, dilation
    wide = np.zeros((O, I, dh * (kh - 1) + 1, dw * (kw - 1) + 1), weight.dtype)
    wide[:, :, ::dh, ::dw] = weight
    share = O // (x.shape[1] // I)  # outputs of a group
    y = []
    for planes in x:
        for o in range(O):
            first = o // share * I
            whole = sum(signal.correlate2d(planes[first + i], wide[o, i], mode="valid") for i in range(I))
            y.append(whole[::sh, ::sw])
    y = np.stack(y).reshape(len(x), O, *y[0].shape)
    return y if bias is None else y + bias[:, None, None]


def interleave(x, L, M):
    N, C, H, W = x.shape
    return x.reshape(N, L, M, H, W).transpose(0, 2, 1, 3, 4).reshape(N, C, H, W)


serve(HELLO, lambda case: {"y": composed(case, arrays_of(case), convolution, interleave)})
