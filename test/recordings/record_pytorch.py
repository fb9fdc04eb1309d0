#!/usr/bin/env python3
"""Record IGC blocks (arXiv 1707.02725) as PyTorch computes them.

Each recording is an .npz or .safetensors file with the input, the weights,
what each step of the block produced and the gradients that autograd found.
Some are wrong on purpose, the way real implementations were.

    python3 record_pytorch.py --list              # what there is
    python3 record_pytorch.py l4m8-3x3            # make one file
    python3 record_pytorch.py --all               # make all of them, and
                                                  # manifest.json, README.md

Needs PyTorch and numpy: apt-get install python3-torch, and Debian's own
python3. oneDNN picks its kernels by processor, so it is off (--onednn puts it
back); the native kernels made the same bytes with AVX2 and without.

Shapes, with G = L*M input channels and, unless widened, Mout = M:
    x                 N, L*M, H, W           channel l*M + m
    primary_weight    L*Mout, M, kh, kw      row l*Mout + m'
    primary_bias      L*Mout                 index l*Mout + m'
    primary           N, L*Mout, H', W'      channel l*Mout + m'
    interleaved       N, Mout*L, H', W'      channel m'*L + l
    secondary_weight  Mout*L, L, 1, 1        row m'*L + l'
    secondary_bias    Mout*L                 index m'*L + l'
    secondary         N, Mout*L, H', W'      channel m'*L + l'
    y                 N, L*Mout, H', W'      channel l'*Mout + m'
"""

from __future__ import annotations

import argparse
import json
import platform
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Mapping, Optional

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

Arrays = dict[str, Tensor]
Pair = tuple[int, int]
Options = dict[str, Any]

HERE = Path(__file__).resolve().parent
INTERMEDIATES = ("primary", "interleaved", "secondary")


# --- The block -------------------------------------------------------------


@dataclass(frozen=True)
class Shape:
    """The sizes of a block; `padding` is written as for `igc check`."""

    L: int
    M: int
    Mout: int = 0  # 0: as M
    N: int = 1
    size: Pair = (6, 6)
    kernel: Pair = (3, 3)
    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)
    padding: str = "same"

    @property
    def width(self) -> int:
        """Output channels of a primary partition."""
        return self.Mout or self.M


def pads(padding: str, shape: Shape) -> tuple[int, int, int, int]:
    """(top, bottom, left, right) in pixels."""

    def axis(i: int) -> Pair:
        span = shape.dilation[i] * (shape.kernel[i] - 1)
        if padding == "valid":
            return 0, 0
        if padding == "same":  # depends on the kernel alone
            return span // 2, span - span // 2
        # As TensorFlow and ONNX pad: by the stride and the size too.
        size, stride = shape.size[i], shape.stride[i]
        outputs = -(-size // stride)
        total = max((outputs - 1) * stride + span + 1 - size, 0)
        less, more = total // 2, total - total // 2
        return (less, more) if padding == "same-upper" else (more, less)

    if padding in ("same", "same-upper", "same-lower", "valid"):
        return (*axis(0), *axis(1))
    numbers = [int(part) for part in padding.split(",")]
    top, bottom, left, right = numbers * 4 if len(numbers) == 1 else numbers
    return top, bottom, left, right


def interleave(t: Tensor, L: int, M: int) -> Tensor:
    """Channel l*M + m goes to m*L + l."""
    N, _, H, W = t.shape
    return t.view(N, L, M, H, W).transpose(1, 2).reshape(N, L * M, H, W)


def deinterleave(t: Tensor, L: int, M: int) -> Tensor:
    """Channel m*L + l goes back to l*M + m."""
    N, _, H, W = t.shape
    return t.view(N, M, L, H, W).transpose(1, 2).reshape(N, L * M, H, W)


class Block:
    """The right block. A wrong one overrides the method that is wrong."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def convolve(
        self, x: Tensor, weight: Tensor, bias: Optional[Tensor], **window: Any
    ) -> Tensor:
        return F.conv2d(x, weight, bias, **window)

    def pads(self) -> tuple[int, int, int, int]:
        return pads(self.shape.padding, self.shape)

    def primary(
        self, x: Tensor, weight: Tensor, bias: Optional[Tensor]
    ) -> Tensor:
        top, bottom, left, right = self.pads()
        symmetric = top == bottom and left == right
        if not symmetric:
            x = F.pad(x, (left, right, top, bottom))
        return self.convolve(
            x,
            weight,
            bias,
            stride=self.shape.stride,
            dilation=self.shape.dilation,
            padding=(top, left) if symmetric else 0,
            groups=self.shape.L,
        )

    def interleave(self, primary: Tensor) -> Tensor:
        return interleave(primary, self.shape.L, self.shape.width)

    def secondary(
        self, interleaved: Tensor, weight: Tensor, bias: Optional[Tensor]
    ) -> Tensor:
        return self.convolve(
            interleaved, weight, bias, groups=self.shape.width
        )

    def deinterleave(self, secondary: Tensor) -> Tensor:
        return deinterleave(secondary, self.shape.L, self.shape.width)

    def forward(self, given: Arrays) -> Arrays:
        primary = self.primary(
            given["x"], given["primary_weight"], given.get("primary_bias")
        )
        interleaved = self.interleave(primary)
        secondary = self.secondary(
            interleaved, given["secondary_weight"], given.get("secondary_bias")
        )
        return {
            "primary": primary,
            "interleaved": interleaved,
            "secondary": secondary,
            "y": self.deinterleave(secondary),
        }


class Float16Block(Block):
    """PyTorch 1.13 has no float16 convolution on a CPU: compute in float32
    from float16 and round what each convolution gives to float16. Autograd
    rounds the gradients on the way back at the same places."""

    def convolve(
        self, x: Tensor, weight: Tensor, bias: Optional[Tensor], **window: Any
    ) -> Tensor:
        bias = None if bias is None else bias.float()
        return F.conv2d(x.float(), weight.float(), bias, **window).half()


class ComposedBlock(Block):
    """One regular convolution with the composite kernel (Eq. 6)."""

    def forward(self, given: Arrays) -> Arrays:
        L, M, Mout = self.shape.L, self.shape.M, self.shape.width
        kh, kw = self.shape.kernel
        secondary = given["secondary_weight"].view(Mout, L, L)  # m', l', l
        primary = given["primary_weight"].view(L, Mout, M, kh, kw)
        kernel = (  # l', m', l, m, u, v
            secondary.transpose(0, 1)[:, :, :, None, None, None]
            * primary.transpose(0, 1)[None]
        ).reshape(L * Mout, L * M, kh, kw)
        top, bottom, left, right = self.pads()
        x = F.pad(given["x"], (left, right, top, bottom))
        return {"y": F.conv2d(x, kernel, None, self.shape.stride)}


# --- Wrong blocks ----------------------------------------------------------


class SecondPermutationMissing(Block):
    def deinterleave(self, secondary: Tensor) -> Tensor:
        return secondary


class InterleaveSwapped(Block):
    """Each permutation where the other belongs."""

    def interleave(self, primary: Tensor) -> Tensor:
        return interleave(primary, self.shape.width, self.shape.L)

    def deinterleave(self, secondary: Tensor) -> Tensor:
        return deinterleave(secondary, self.shape.width, self.shape.L)


class NormalisedBetween(Block):
    """BN and ReLU between the convolutions; `primary` is what the primary
    convolution gave, before them. BN sums in an order that depends on the
    processor: in float64 its float32 result doesn't."""

    def interleave(self, primary: Tensor) -> Tensor:
        wide = primary.double()
        normal = F.batch_norm(wide, None, None, training=True).float()
        return super().interleave(F.relu(normal))


class TensorFlowPadding(Block):
    def pads(self) -> tuple[int, int, int, int]:
        return pads("same-upper", self.shape)


class KernelFlipped(Block):
    def primary(
        self, x: Tensor, weight: Tensor, bias: Optional[Tensor]
    ) -> Tensor:
        return super().primary(x, weight.flip(2, 3), bias)


class KernelTransposed(Block):
    def primary(
        self, x: Tensor, weight: Tensor, bias: Optional[Tensor]
    ) -> Tensor:
        return super().primary(x, weight.transpose(2, 3).contiguous(), bias)


class BiasInOutputOrder(Block):
    """Reads entry l*Mout + m' of the secondary bias where m'*L + l belongs."""

    def secondary(
        self, interleaved: Tensor, weight: Tensor, bias: Optional[Tensor]
    ) -> Tensor:
        assert bias is not None
        L, Mout = self.shape.L, self.shape.width
        moved = bias.view(L, Mout).t().reshape(-1)
        return super().secondary(interleaved, weight, moved)


class Bfloat16Inputs(Block):
    """Rounds what each convolution reads to bfloat16."""

    def convolve(
        self, x: Tensor, weight: Tensor, bias: Optional[Tensor], **window: Any
    ) -> Tensor:
        x, weight = x.bfloat16().float(), weight.bfloat16().float()
        return F.conv2d(x, weight, bias, **window)


class StrideTwice(Block):
    def secondary(
        self, interleaved: Tensor, weight: Tensor, bias: Optional[Tensor]
    ) -> Tensor:
        return self.convolve(
            interleaved,
            weight,
            bias,
            stride=self.shape.stride,
            groups=self.shape.width,
        )


def stale_gradient(arrays: Arrays, shape: Shape) -> None:
    """The secondary weight's gradient, from activations that were saved
    before the interleave."""
    grad_secondary = interleave(arrays["grad_y"], shape.L, shape.width)
    weight = arrays["secondary_weight"].clone().requires_grad_()
    stale = F.conv2d(arrays["primary"], weight, groups=shape.width)
    stale.backward(grad_secondary)
    assert weight.grad is not None
    arrays["grad_secondary_weight"] = weight.grad


def one_nan(arrays: Arrays, shape: Shape) -> None:
    """What torch.empty may leave in a cell that nothing writes."""
    arrays["y"][1, 7, 2, 3] = float("nan")


# --- Making the arrays -----------------------------------------------------


def uniform(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Values in [-1, 1). torch.rand, unlike torch.randn, gives the same bits
    on every processor."""
    wide = torch.float64 if dtype == torch.float64 else torch.float32
    return (torch.rand(shape, dtype=wide) * 2 - 1).to(dtype)


def integers(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Integers from -3 to 3: every partial sum stays far below 2**24."""
    return torch.randint(-3, 4, shape).to(dtype)


def record_block(
    shape: Shape,
    block: type[Block] = Block,
    dtype: torch.dtype = torch.float32,
    store: Optional[torch.dtype] = None,
    values: Callable[[tuple[int, ...], torch.dtype], Tensor] = uniform,
    biases: tuple[str, ...] = (),
    intermediates: bool = True,
    gradients: bool = False,
    retained: bool = False,
    tamper: Optional[Callable[[Arrays, Shape], None]] = None,
) -> Arrays:
    """Run a block; `retained` adds the gradients of the intermediates, and
    `store` is the dtype of the file where it isn't that of the arithmetic."""
    L, M, Mout = shape.L, shape.M, shape.width
    kh, kw = shape.kernel
    sizes = {
        "x": (shape.N, L * M, *shape.size),
        "primary_weight": (L * Mout, M, kh, kw),
        "secondary_weight": (Mout * L, L, 1, 1),
        "primary_bias": (L * Mout,),
        "secondary_bias": (Mout * L,),
    }
    given = {
        name: values(size, dtype).requires_grad_(gradients)
        for name, size in sizes.items()
        if not name.endswith("_bias") or name in biases
    }
    stages = block(shape).forward(given)
    arrays = {**given, **stages}
    if gradients:
        for stage in stages.values():
            stage.retain_grad()
        grad_y = values(tuple(stages["y"].shape), dtype)
        stages["y"].backward(grad_y)
        arrays["grad_y"] = grad_y
        pieces = {**given, **(stages if retained else {})}
        for name, piece in pieces.items():
            if name != "y":
                assert piece.grad is not None
                arrays[f"grad_{name}"] = piece.grad
    arrays = {name: array.detach() for name, array in arrays.items()}
    if tamper:
        tamper(arrays, shape)
    if not intermediates:
        for name in INTERMEDIATES:
            arrays.pop(name, None)
    if store:
        arrays = {name: array.to(store) for name, array in arrays.items()}
    return arrays


def record_group_convolution(shape: Shape) -> Arrays:
    """The primary convolution alone: x, weight, bias, y."""
    whole = record_block(shape, biases=("primary_bias",))
    return {
        "x": whole["x"],
        "weight": whole["primary_weight"],
        "bias": whole["primary_bias"],
        "y": whole["primary"],
    }


def record_interleave(
    shape: Shape, permute: Callable[[Tensor, int, int], Tensor] = interleave
) -> Arrays:
    """The interleave alone; the entries of x number its cells."""
    size = (shape.N, shape.L * shape.M, *shape.size)
    x = torch.arange(torch.Size(size).numel()).reshape(size)
    return {"x": x, "y": permute(x, shape.L, shape.M)}


# --- The recordings --------------------------------------------------------


@dataclass(frozen=True)
class Recipe:
    """One file: how it is made and what a judge must say about it."""

    file: str
    title: str
    shape: Shape
    make: Callable[[Shape], Arrays]
    options: Options = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    compressed: bool = False
    verdict: str = "PASS"
    stage: str = ""
    source: str = ""

    @property
    def name(self) -> str:
        return self.file.rsplit(".", 1)[0]

    def check_options(self) -> Options:
        """The options of `igc check`; what is at its default is left out."""

        def pair(value: Pair) -> str:
            h, w = value
            return str(h) if h == w else f"{h},{w}"

        found: Options = {}
        if self.shape.stride != (1, 1):
            found["stride"] = pair(self.shape.stride)
        if self.shape.dilation != (1, 1):
            found["dilation"] = pair(self.shape.dilation)
        if self.shape.padding != "same":
            found["padding"] = self.shape.padding
        return {**found, **self.options}


def blocks(file: str, title: str, shape: Shape, **how: Any) -> Recipe:
    """A recipe that runs a block: splits what a recipe takes from what
    `record_block` takes."""
    own = {
        key: how.pop(key)
        for key in list(how)
        if key in Recipe.__dataclass_fields__
    }
    return Recipe(
        file, title, shape, lambda shape: record_block(shape, **how), **own
    )


BIASES = ("primary_bias", "secondary_bias")

RIGHT = [
    blocks(
        "l4m8-3x3.npz",
        "L4 M8, 3x3, forward and gradients",
        Shape(4, 8, size=(5, 6)),
        gradients=True,
    ),
    blocks(
        "l24m2-6x6.safetensors",
        "L24 M2, the paper's best setting, 3x3 on 6x6 pixels",
        Shape(24, 2),
        gradients=True,
    ),
    blocks(
        "l3m2-anisotropic.npz",
        "L3 M2 with nothing symmetric: kernel, stride, dilation, padding",
        Shape(
            3,
            2,
            N=2,
            size=(4, 5),
            kernel=(2, 3),
            stride=(1, 2),
            dilation=(1, 2),
            padding="1,0,2,2",
        ),
        gradients=True,
        compressed=True,
    ),
    blocks(
        "l6m4-stride2-doubling.npz",
        "L6 M4 to Mout 8 with stride 2, as a stage begins; both biases, N 2",
        Shape(6, 4, Mout=8, N=2, stride=(2, 2)),
        biases=BIASES,
        gradients=True,
    ),
    blocks(
        "l1m5.npz",
        "L1 M5: a regular convolution, then one factor a channel",
        Shape(1, 5, N=2, size=(4, 5)),
        gradients=True,
    ),
    blocks(
        "l5m1.npz",
        "L5 M1: a channel-wise convolution, then a dense 1x1; both biases",
        Shape(5, 1, N=2, size=(4, 5)),
        biases=BIASES,
        gradients=True,
    ),
    blocks(
        "l4m6-integers.npz",
        "L4 M6 on small integers in float32: equal bit for bit",
        Shape(4, 6, N=2, size=(4, 5), stride=(2, 1)),
        values=integers,
        biases=BIASES,
        gradients=True,
        compressed=True,
    ),
    blocks(
        "l3m4-same-upper-stride2.npz",
        "L3 M4, stride 2, padded 0 before and 1 after as TensorFlow does",
        Shape(3, 4, N=2, size=(6, 8), stride=(2, 2), padding="same-upper"),
        gradients=True,
    ),
    blocks(
        "l3m2-same-lower.npz",
        "L3 M2, kernel 4x2, stride 2, padding same-lower on 7x5 pixels",
        Shape(
            3,
            2,
            size=(7, 5),
            kernel=(4, 2),
            stride=(2, 2),
            padding="same-lower",
        ),
    ),
    blocks(
        "l2m3-even-kernel.npz",
        "L2 M3, kernel 2x4, dilation 3,1: default padding 1 before, 2 after",
        Shape(2, 3, size=(6, 7), kernel=(2, 4), dilation=(3, 1)),
        gradients=True,
    ),
    blocks(
        "l4m3-composed.npz",
        "L4 M3 as one regular convolution with the composite kernel",
        Shape(4, 3, N=2),
        block=ComposedBlock,
        options={"composed": True},
    ),
    blocks(
        "l2m5-bare.npz",
        "L2 M5, kernel 1x3, padding valid; only x, the weights and y",
        Shape(2, 5, size=(4, 7), kernel=(1, 3), padding="valid"),
        intermediates=False,
    ),
    blocks(
        "l4m3-renamed.safetensors",
        "L4 M3 under a checkpoint's names; the map names an absent bias too",
        Shape(4, 3),
        biases=("secondary_bias",),
        intermediates=False,
        names={
            "x": "input",
            "primary_weight": "conv1.weight",
            "primary_bias": "conv1.bias",
            "secondary_weight": "conv2.weight",
            "secondary_bias": "conv2.bias",
            "y": "output",
        },
    ),
    Recipe(
        "op-group-convolution.npz",
        "A group convolution alone, 6 groups of 2 to 3 channels",
        Shape(6, 2, Mout=3, N=2, size=(4, 5), stride=(2, 1)),
        record_group_convolution,
        options={"op": "group-convolution"},
    ),
    Recipe(
        "op-interleave.npz",
        "An interleave alone, L3 M4, on int64 cells numbered in order",
        Shape(3, 4, N=2, size=(2, 3)),
        record_interleave,
        options={"op": "interleave", "L": 3, "M": 4},
    ),
    blocks(
        "l3m2-bfloat16.safetensors",
        "L3 M2 in bfloat16; small, for the bounds grow with the sums",
        Shape(3, 2, size=(3, 4)),
        dtype=torch.bfloat16,
        gradients=True,
    ),
    blocks(
        "l2m3-bfloat16-in-float32.npz",
        "L2 M3 computed in bfloat16, stored as float32 (npz has no bfloat16)",
        Shape(2, 3, size=(3, 4), kernel=(3, 1)),
        dtype=torch.bfloat16,
        store=torch.float32,
        gradients=True,
        options={"precision": "bf16"},
    ),
    blocks(
        "l4m3-float16.npz",
        "L4 M3 in float16: float32 arithmetic, rounded to float16 at each "
        "stage (PyTorch 1.13 has no float16 convolution on a CPU)",
        Shape(4, 3, N=2, size=(4, 5)),
        block=Float16Block,
        dtype=torch.float16,
        biases=BIASES,
        gradients=True,
    ),
    blocks(
        "l3m5-float64.npz",
        "L3 M5 in float64; has the gradients of the intermediates as well",
        Shape(3, 5, N=2, size=(4, 5)),
        dtype=torch.float64,
        gradients=True,
        retained=True,
    ),
]

WRONG = [
    blocks(
        "wrong-second-permutation-missing.npz",
        "The channels are never put back into the primary order",
        Shape(4, 3),
        block=SecondPermutationMissing,
        verdict="FAIL",
        stage="deinterleave",
        source="homles11/IGCV3 (the authors' code) computes the second "
        "permutation and then uses its input (A1); osmr/imgclsmob and a "
        "Keras interleaved_group_conv have only the first (A1, A8)",
    ),
    blocks(
        "wrong-interleave-swapped.npz",
        "L and M swapped in both permutations; small integers",
        Shape(4, 3, N=2, size=(4, 5)),
        block=InterleaveSwapped,
        values=integers,
        compressed=True,
        verdict="FAIL",
        stage="interleave",
        source="a Keras interleaved_group_conv (A8); "
        "megvii-model/ShuffleNet-Series #17 reshapes (n, g) for (g, n) (B11)",
    ),
    blocks(
        "wrong-batchnorm-between.npz",
        "BN and ReLU between the two convolutions",
        Shape(6, 2, N=2, size=(4, 5)),
        block=NormalisedBetween,
        verdict="FAIL",
        stage="interleave",
        source="luuuyi/IGCV_V1.PyTorch (A6)",
    ),
    blocks(
        "wrong-padding-tensorflow.npz",
        "Stride 2 padded 0 before and 1 after where 1 and 1 is declared: the "
        "shapes agree",
        Shape(4, 2, size=(8, 8), stride=(2, 2)),
        block=TensorFlowPadding,
        verdict="FAIL",
        stage="primary",
        source="TensorFlow's SAME against symmetric pads: "
        "taehoonlee/tensornets #25, vtjeng/MIPVerify PR #23 (B26)",
    ),
    blocks(
        "wrong-kernel-flipped.npz",
        "The kernel is flipped: convolution for correlation; only y recorded",
        Shape(3, 4),
        block=KernelFlipped,
        intermediates=False,
        verdict="FAIL",
        stage="output",
        source="keras #3015 (Theano flips, TensorFlow does not), "
        "FluxML/NNlib.jl #208 (B27)",
    ),
    blocks(
        "wrong-kernel-transposed.npz",
        "The height and width of the primary kernel are exchanged",
        Shape(2, 4),
        block=KernelTransposed,
        verdict="FAIL",
        stage="primary",
        source="the class of kernel axes read in the wrong order: "
        "openvinotoolkit PR #6054, apache/tvm PR #1232 (B23, B24)",
    ),
    blocks(
        "wrong-bias-order.npz",
        "The secondary bias is read in the order of y, not of its convolution",
        Shape(4, 3, size=(4, 5)),
        block=BiasInOutputOrder,
        biases=BIASES,
        verdict="FAIL",
        stage="secondary",
        source="none known; luuuyi/IGCV_V1.PyTorch has biases everywhere, "
        "where it can happen (A6)",
    ),
    blocks(
        "wrong-gradient.npz",
        "Forward right; one gradient made from activations that were saved "
        "before the interleave",
        Shape(3, 4, N=2, size=(4, 5)),
        gradients=True,
        tamper=stale_gradient,
        verdict="FAIL",
        stage="grad_secondary_weight",
        source="none known; the authors' Reorder operator has a wrong "
        "backward pass of another kind (A5)",
    ),
    blocks(
        "wrong-nan.npz",
        "One cell of y is NaN, the rest is right",
        Shape(4, 3, N=2, size=(4, 5)),
        intermediates=False,
        tamper=one_nan,
        verdict="GARBAGE",
        stage="output",
        source="a PyTorch module that writes into torch.empty (A9); NaN in "
        "released ShuffleNet checkpoints (B14)",
    ),
    blocks(
        "wrong-stride-twice.npz",
        "Stride 2 in both convolutions: y is 2x2 where 4x4 is due",
        Shape(3, 2, Mout=4, size=(8, 8), stride=(2, 2)),
        block=StrideTwice,
        intermediates=False,
        verdict="GARBAGE",
        stage="output",
        source="a Keras interleaved_group_conv gives strides to both "
        "convolutions (A8)",
    ),
    blocks(
        "wrong-bfloat16-inputs.npz",
        "Claims float32, but each convolution rounds its inputs to bfloat16",
        Shape(4, 3, size=(4, 5)),
        block=Bfloat16Inputs,
        verdict="FAIL",
        stage="primary",
        source="none known; accelerators multiply in a lower precision by "
        "default",
    ),
    Recipe(
        "wrong-op-interleave.npz",
        "An interleave alone that is the inverse one",
        Shape(3, 4, N=2, size=(2, 3)),
        lambda shape: record_interleave(shape, deinterleave),
        options={"op": "interleave", "L": 3, "M": 4},
        verdict="FAIL",
        stage="output",
        source="megvii-model/ShuffleNet-Series #17 (B11)",
    ),
]

RECIPES = [*RIGHT, *WRONG]


# --- Writing ---------------------------------------------------------------


def write_safetensors(path: Path, arrays: Arrays) -> None:
    """Eight bytes: the header's length, little-endian. The header: JSON,
    padded with spaces to a multiple of 8. Then the data, end to end."""
    names = {
        torch.float64: "F64",
        torch.float32: "F32",
        torch.float16: "F16",
        torch.bfloat16: "BF16",
        torch.int64: "I64",
    }
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, array in arrays.items():
        array = array.contiguous()
        if array.dtype == torch.bfloat16:
            raw = array.view(torch.int16).numpy().tobytes()
        else:
            raw = array.numpy().tobytes()
        header[name] = {
            "dtype": names[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def write_npz(path: Path, arrays: Arrays, compressed: bool) -> None:
    save = np.savez_compressed if compressed else np.savez
    save(path, **{name: array.numpy() for name, array in arrays.items()})


def write(recipe: Recipe, folder: Path) -> Path:
    """Make one recording. Its seed is its name's, so that the order in which
    the files are made doesn't matter."""
    torch.manual_seed(zlib.crc32(recipe.name.encode()))
    arrays = {
        recipe.names.get(name, name): array.contiguous()
        for name, array in recipe.make(recipe.shape).items()
    }
    path = folder / recipe.file
    if path.suffix == ".safetensors":
        write_safetensors(path, arrays)
    else:
        write_npz(path, arrays, recipe.compressed)
    return path


def manifest() -> dict[str, Any]:
    entries = []
    for recipe in RECIPES:
        options = recipe.check_options()
        if recipe.names:
            options["map"] = ",".join(
                f"{ours}={theirs}" for ours, theirs in recipe.names.items()
            )
        expect = {"verdict": recipe.verdict}
        if recipe.stage:
            expect["stage"] = recipe.stage
        entry: dict[str, Any] = {
            "file": recipe.file,
            "title": recipe.title,
            "options": options,
            "expect": expect,
        }
        if recipe.source:
            entry["source"] = recipe.source
        entry["command"] = f"python3 record_pytorch.py {recipe.name}"
        entries.append(entry)
    return {
        "command": "python3 record_pytorch.py --all",
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "recordings": entries,
    }


README = """\
<!-- Written by record_pytorch.py --all. Edit there. -->

# Recordings of the IGC block

What a real framework computed, for `igc check` to judge: the input, the
weights, what each step of the block produced, and the gradients that autograd
found. Those named `wrong-` are wrong the way real implementations were:
`source` in `manifest.json` says whose. Labels such as A1 are those of the
project's notes (paper-facts.md, section 5), which aren't in this repository.

    apt-get install python3-torch
    cd test/recordings
    {command}
    python3 verify_numpy.py

`record_pytorch.py --all` makes every file here but the two scripts, byte for
byte the same under the same versions: these were PyTorch {torch} (Debian's
python3-torch, 1.13.1+dfsg-4), numpy {numpy}, Python {python}, on x86-64, with
oneDNN off and the reference BLAS (the bytes were the same with AVX2 and
without). `record_pytorch.py NAME` makes one. `verify_numpy.py` judges them all
again with a slow reference that knows neither PyTorch nor this project; it
takes a few seconds.

The names, shapes and orders of the arrays are at the top of
`record_pytorch.py`. `l3m5-float64.npz` also has `grad_primary`,
`grad_interleaved` and `grad_secondary`.

`manifest.json` holds, under `recordings`, one entry a file: `file`, `title`,
`options` (of `igc check`, what is at its default left out), `expect.verdict`,
`expect.stage` where that isn't PASS, `source`, `command`. The stage is the
first wrong one when each recorded stage is judged from the recorded stage
before it: `primary`, `interleave`, `secondary`, `deinterleave`, then the
gradients by name; it is `output` where only `y` was recorded.

| file | what | options | expected |
|---|---|---|---|
{rows}
"""


def readme(made: dict[str, Any]) -> str:
    rows = []
    for entry in made["recordings"]:
        options = " ".join(
            f"--{key}" if value is True else f"--{key} {value}"
            for key, value in entry["options"].items()
        )
        expect = entry["expect"]
        stage = f", {expect['stage']}" if "stage" in expect else ""
        rows.append(
            f"| `{entry['file']}` | {entry['title']} "
            f"| {f'`{options}`' if options else ''} "
            f"| {expect['verdict']}{stage} |"
        )
    return README.format(rows="\n".join(rows), **made)


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Record IGC blocks as PyTorch computes them."
    )
    parser.add_argument("names", nargs="*", help="recordings to make")
    parser.add_argument(
        "--all",
        action="store_true",
        help="make all of them, manifest.json and README.md",
    )
    parser.add_argument("--list", action="store_true", help="list them")
    parser.add_argument(
        "--out", type=Path, default=HERE, help="folder (default: this one)"
    )
    parser.add_argument(
        "--onednn",
        action="store_true",
        help="use oneDNN, as PyTorch does; the bytes then depend on the "
        "processor",
    )
    args = parser.parse_args()
    known = {recipe.name: recipe for recipe in RECIPES}
    unknown = [name for name in args.names if name not in known]
    if unknown:
        parser.error(f"no recording named {', '.join(unknown)}; see --list")
    if args.list:
        for recipe in RECIPES:
            print(f"{recipe.name:34} {recipe.title}")
        return
    if not args.all and not args.names:
        parser.error("name a recording, or --all")

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    args.out.mkdir(parents=True, exist_ok=True)
    chosen = RECIPES if args.all else [known[name] for name in args.names]
    with torch.backends.mkldnn.flags(enabled=args.onednn):
        for recipe in chosen:
            path = write(recipe, args.out)
            print(f"{path.stat().st_size:7} {path.name}")
    if args.all:
        made = manifest()
        text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
        (args.out / "manifest.json").write_text(text, encoding="utf-8")
        (args.out / "README.md").write_text(readme(made), encoding="utf-8")


if __name__ == "__main__":
    main()
