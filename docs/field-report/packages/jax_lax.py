#!/usr/bin/env python3
"""jax.lax's convolution on the CPU (XLA), with its gradients: python3 jax_lax.py [--jit]"""

import os
import sys

os.environ["JAX_PLATFORMS"] = "cpu"
import jax
import numpy as np
from jax import lax

from serve import arrays_of, composed, serve

HELLO = {
    "name": "jax.lax" + (" under jit" if "--jit" in sys.argv else ""),
    "version": jax.__version__,
    "precision": "float32",
    "operations": ["block", "group-convolution", "interleave"],
    "bias": True,
    "gradients": True,
    "outputs": True,
}


def convolution(x, weight, bias, stride, dilation, padding):
    top, bottom, left, right = padding
    y = lax.conv_general_dilated(
        x,
        weight,
        stride,
        [(top, bottom), (left, right)],
        rhs_dilation=dilation,
        dimension_numbers=("NCHW", "OIHW", "NCHW"),
        feature_group_count=x.shape[1] // weight.shape[1],
        precision=lax.Precision.HIGHEST,
    )
    return y if bias is None else y + bias[:, None, None]


def interleave(x, L, M):
    N, C, H, W = x.shape
    return x.reshape(N, L, M, H, W).swapaxes(1, 2).reshape(N, C, H, W)


def answer(case):
    given = arrays_of(case)
    grad_y = given.pop("grad_y", None)

    def y_of(a):
        return composed(case, a, convolution, interleave)

    a = {name: jax.numpy.asarray(array) for name, array in given.items()}
    if "--jit" in sys.argv:
        y_of = jax.jit(y_of)
    if grad_y is None:
        return {"y": np.asarray(y_of(a))}
    y, back = jax.vjp(y_of, a)
    (gradients,) = back(jax.numpy.asarray(grad_y))
    return {"y": np.asarray(y), **{f"grad_{name}": np.asarray(g) for name, g in gradients.items()}}


serve(HELLO, answer)
