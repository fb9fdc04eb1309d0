#!/usr/bin/env python3
"""Judge the recordings again, from the equations, without PyTorch.

    python3 verify_numpy.py [--dir FOLDER] [NAME...]

Slow on purpose: every equation is loops over its indices, in numpy's widest
float. Right recordings must be right at every stage and in every gradient;
each wrong one must be right up to the stage that manifest.json claims, and
wrong there. Exits 1 if a recording isn't what it claims to be.

A result is right if it differs from the reference by no more than rounding
can explain: one sum of k products computed with unit roundoff u, in any
order, is off by at most k*u*A + k*eta, where A sums the magnitudes of the
products and eta is the smallest subnormal. A sum of results that are off
themselves compounds: (1 + k1*u)(1 + k2*u) - 1. Integers must be equal.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, Optional

import numpy as np

HERE = Path(__file__).resolve().parent
WIDE = np.longdouble
Index = tuple[int, ...]

# Unit roundoff and smallest subnormal.
PRECISIONS = {
    "f64": (2.0**-53, 2.0**-1074),
    "f32": (2.0**-24, 2.0**-149),
    "f16": (2.0**-11, 2.0**-24),
    "bf16": (2.0**-8, 2.0**-133),
}


# --- Reading ---------------------------------------------------------------


def read_safetensors(path: Path) -> tuple[dict[str, np.ndarray], str]:
    raw = path.read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    header, body = json.loads(raw[8:start]), raw[start:]
    arrays = {}
    precision = ""
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        data = body[begin:end]
        precision = entry["dtype"].lower()
        if precision == "bf16":  # the upper half of a float32
            upper = np.frombuffer(data, "<u2").astype(np.uint32) << 16
            values = upper.view(np.float32)
        else:
            assert precision == "f32", precision
            values = np.frombuffer(data, "<f4")
        arrays[name] = values.reshape(entry["shape"])
    return arrays, precision


def read(path: Path) -> tuple[dict[str, np.ndarray], str]:
    """The arrays and the precision that their type stands for."""
    if path.suffix == ".safetensors":
        return read_safetensors(path)
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    kinds = {array.dtype for array in arrays.values()}
    assert len(kinds) == 1, f"{path.name}: more than one type"
    dtype = kinds.pop()
    return arrays, f"f{8 * dtype.itemsize}" if dtype.kind == "f" else "exact"


# --- Sums of products, with what rounding can do to them ---------------------


class Quantity:
    """An array of values; `size` are the magnitudes A, and the computed value
    may be off by `relative` * A + `absolute`."""

    def __init__(self, values: np.ndarray) -> None:
        self.value = np.array(values, WIDE)
        self.size = np.abs(self.value)
        self.relative = np.zeros(self.value.shape, WIDE)
        self.absolute = np.zeros(self.value.shape, WIDE)

    @property
    def shape(self) -> Index:
        return self.value.shape

    def bound(self) -> np.ndarray:
        return self.relative * self.size + self.absolute


def empty(*shape: int) -> Quantity:
    return Quantity(np.full(shape, np.nan))


Factor = tuple[Quantity, Index]


@dataclass
class Arithmetic:
    """How the recording rounded."""

    u: float
    eta: float

    def sum(
        self,
        out: Quantity,
        at: Index,
        products: Iterable[tuple[Factor, Factor]],
        bias: Optional[Factor] = None,
    ) -> None:
        """out[at] = the sum of a[i] * b[j] (+ bias)."""
        value, size, absolute = WIDE(0), WIDE(0), WIDE(0)
        off = WIDE(0)
        k = 0
        for (a, i), (b, j) in products:
            value += a.value[i] * b.value[j]
            magnitude = a.size[i] * b.size[j]
            if magnitude == 0:
                continue
            k += 1
            size += magnitude
            off = max(off, (1 + a.relative[i]) * (1 + b.relative[j]) - 1)
            absolute += a.size[i] * b.absolute[j]
            absolute += b.size[j] * a.absolute[i]
        if bias is not None:
            b, j = bias
            value += b.value[j]
            size += b.size[j]
            k += 1
        out.value[at] = value
        out.size[at] = size
        out.relative[at] = (1 + k * self.u) * (1 + off) - 1
        out.absolute[at] = absolute * (1 + k * self.u) + k * self.eta


def ones(shape: Index) -> Quantity:
    return Quantity(np.ones(shape))


# --- The equations ---------------------------------------------------------


@dataclass
class Window:
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: str

    def before_after(self, axis: int, size: int, kernel: int) -> Index:
        s, d = self.stride[axis], self.dilation[axis]
        if self.padding == "valid":
            return 0, 0
        if self.padding == "same":
            before = d * (kernel - 1) // 2
            return before, d * (kernel - 1) - before
        if self.padding in ("same-upper", "same-lower"):
            rows = (size + s - 1) // s
            total = max(0, (rows - 1) * s + d * (kernel - 1) + 1 - size)
            odd_side = total - total // 2
            if self.padding == "same-upper":
                return total // 2, odd_side
            return odd_side, total // 2
        numbers = list(map(int, self.padding.split(",")))
        if len(numbers) == 1:
            return numbers[0], numbers[0]
        return numbers[2 * axis], numbers[2 * axis + 1]

    def rows(self, axis: int, size: int, kernel: int) -> int:
        before, after = self.before_after(axis, size, kernel)
        span = self.dilation[axis] * (kernel - 1) + 1
        return (size + before + after - span) // self.stride[axis] + 1

    def taps(
        self, axis: int, size: int, kernel: int
    ) -> list[list[tuple[int, int]]]:
        """For each output row: (tap, input row) for the taps inside."""
        before, _ = self.before_after(axis, size, kernel)
        s, d = self.stride[axis], self.dilation[axis]
        return [
            [
                (tap, row * s + tap * d - before)
                for tap in range(kernel)
                if 0 <= row * s + tap * d - before < size
            ]
            for row in range(self.rows(axis, size, kernel))
        ]


UNIT = Window((1, 1), (1, 1), "valid")


def group_convolution(
    arithmetic: Arithmetic,
    x: Quantity,
    weight: Quantity,
    bias: Optional[Quantity],
    groups: int,
    window: Window,
) -> Quantity:
    """y[n, g*O + o, i, j] = sum over c, u, v of weight[g*O + o, c, u, v]
    * x[n, g*C + c, i*sh + u*dh - top, j*sw + v*dw - left], + bias[g*O + o]"""
    N, _, H, W = x.shape
    out, C, kh, kw = weight.shape
    size = out // groups
    hs, ws = window.taps(0, H, kh), window.taps(1, W, kw)
    y = empty(N, out, len(hs), len(ws))
    for n, g, o in product(range(N), range(groups), range(size)):
        k = g * size + o
        for i, j in product(range(len(hs)), range(len(ws))):
            arithmetic.sum(
                y,
                (n, k, i, j),
                (
                    ((weight, (k, c, u, v)), (x, (n, g * C + c, h, w)))
                    for c in range(C)
                    for u, h in hs[i]
                    for v, w in ws[j]
                ),
                None if bias is None else (bias, (k,)),
            )
    return y


def input_gradient(
    arithmetic: Arithmetic,
    grad_y: Quantity,
    weight: Quantity,
    shape: Index,
    groups: int,
    window: Window,
) -> Quantity:
    """grad_x[n, g*C + c, h, w] = sum of weight[g*O + o, c, u, v]
    * grad_y[n, g*O + o, i, j] over o and all (i, u), (j, v) that read h, w"""
    N, _, H, W = shape
    out, C, kh, kw = weight.shape
    size = out // groups
    hs, ws = window.taps(0, H, kh), window.taps(1, W, kw)
    reads_h = [
        [(i, u) for i, taps in enumerate(hs) for u, at in taps if at == h]
        for h in range(H)
    ]
    reads_w = [
        [(j, v) for j, taps in enumerate(ws) for v, at in taps if at == w]
        for w in range(W)
    ]
    grad_x = empty(*shape)
    for n, g, c in product(range(N), range(groups), range(C)):
        for h, w in product(range(H), range(W)):
            arithmetic.sum(
                grad_x,
                (n, g * C + c, h, w),
                (
                    (
                        (weight, (g * size + o, c, u, v)),
                        (grad_y, (n, g * size + o, i, j)),
                    )
                    for o in range(size)
                    for i, u in reads_h[h]
                    for j, v in reads_w[w]
                ),
            )
    return grad_x


def weight_gradient(
    arithmetic: Arithmetic,
    grad_y: Quantity,
    x: Quantity,
    shape: Index,
    groups: int,
    window: Window,
) -> Quantity:
    """grad_weight[g*O + o, c, u, v] = sum over n, i, j of
    grad_y[n, g*O + o, i, j] * x[n, g*C + c, the row and column read]"""
    N, _, H, W = x.shape
    out, C, kh, kw = shape
    size = out // groups
    hs = [dict(taps) for taps in window.taps(0, H, kh)]
    ws = [dict(taps) for taps in window.taps(1, W, kw)]
    grad = empty(*shape)
    for k, c, u, v in product(*map(range, shape)):
        g = k // size
        arithmetic.sum(
            grad,
            (k, c, u, v),
            (
                (
                    (grad_y, (n, k, i, j)),
                    (x, (n, g * C + c, hs[i][u], ws[j][v])),
                )
                for n in range(N)
                for i in range(len(hs))
                if u in hs[i]
                for j in range(len(ws))
                if v in ws[j]
            ),
        )
    return grad


def bias_gradient(arithmetic: Arithmetic, grad_y: Quantity) -> Quantity:
    """grad_bias[k] = sum over n, i, j of grad_y[n, k, i, j]"""
    N, K, H, W = grad_y.shape
    grad, one = empty(K), ones((1,))
    for k in range(K):
        cells = product(range(N), range(H), range(W))
        arithmetic.sum(
            grad,
            (k,),
            (((one, (0,)), (grad_y, (n, k, i, j))) for n, i, j in cells),
        )
    return grad


def moved(t: Quantity, source: Callable[[int], int]) -> Quantity:
    """Channel c of the result is channel source(c) of t."""
    out = empty(*t.shape)
    for c in range(t.shape[1]):
        for part in ("value", "size", "relative", "absolute"):
            getattr(out, part)[:, c] = getattr(t, part)[:, source(c)]
    return out


def interleave(t: Quantity, L: int, M: int) -> Quantity:
    """out[m*L + l] = t[l*M + m]"""
    return moved(t, lambda c: (c % L) * M + c // L)


def deinterleave(t: Quantity, L: int, M: int) -> Quantity:
    """out[l*M + m] = t[m*L + l]"""
    return moved(t, lambda c: (c % M) * L + c // M)


def composite(
    arithmetic: Arithmetic, primary: Quantity, secondary: Quantity
) -> Quantity:
    """W[l'*Mout + m', l*M + m, u, v]
    = secondary[m'*L + l', l] * primary[l*Mout + m', m, u, v]"""
    L = secondary.shape[1]
    LMout, M, kh, kw = primary.shape
    Mout = LMout // L
    W = empty(L * Mout, L * M, kh, kw)
    for a, b, l, m in product(range(L), range(Mout), range(L), range(M)):
        for u, v in product(range(kh), range(kw)):
            arithmetic.sum(
                W,
                (a * Mout + b, l * M + m, u, v),
                [
                    (
                        (secondary, (b * L + a, l, 0, 0)),
                        (primary, (l * Mout + b, m, u, v)),
                    )
                ],
            )
    return W


# --- Judging ---------------------------------------------------------------


@dataclass
class Stage:
    name: str
    verdict: str
    note: str
    ratio: float = 0.0


def compare(
    name: str, got: np.ndarray, want: Quantity, whole: bool = False
) -> Stage:
    """`whole`: all the numbers are integers, so that the results are too."""
    if got.shape != want.shape:
        note = f"shape {got.shape} where {want.shape} is due"
        return Stage(name, "GARBAGE", note, float("inf"))
    if not np.all(np.isfinite(got)):
        cells = int(np.sum(~np.isfinite(got)))
        return Stage(name, "GARBAGE", f"{cells} not finite", float("inf"))
    off = np.abs(np.array(got, WIDE) - want.value)
    bound = want.bound()
    bad = int(np.sum(off > bound))
    if whole:
        assert want.size.max() < 2**24, "integers too large"
        bad = int(np.sum(off != 0))
    exact = whole or not bound.any()
    if exact:
        note = "equal" if not bad else f"{bad} of {off.size} differ"
        return Stage(name, "FAIL" if bad else "PASS", note, float(bad))
    ratio = float(np.max(off / np.where(bound > 0, bound, 1)))
    scale = float(off.max() / max(np.abs(want.value).max(), 1e-300))
    note = f"{ratio:.2g} of the bound, {scale:.1e} of the largest"
    if bad:
        note += f", {bad} of {off.size} wrong"
    return Stage(name, "FAIL" if bad else "PASS", note, ratio)


def pair(text: str) -> tuple[int, int]:
    numbers = [int(part) for part in text.split(",")]
    return numbers[0], numbers[-1]


INPUTS = {
    "x",
    "primary_weight",
    "primary_bias",
    "secondary_weight",
    "secondary_bias",
    "grad_y",
}


def judge(
    arrays: dict[str, np.ndarray], precision: str, options: dict[str, Any]
) -> Iterator[Stage]:
    renamed = options.get("map", "")
    pairs = [entry.split("=") for entry in renamed.split(",") if entry]
    ours = {theirs: name for name, theirs in pairs}
    raw = {ours.get(name, name): array for name, array in arrays.items()}
    window = Window(
        pair(options.get("stride", "1")),
        pair(options.get("dilation", "1")),
        options.get("padding", "same"),
    )
    u, eta = PRECISIONS.get(options.get("precision", precision), (0.0, 0.0))
    how = Arithmetic(u, eta)
    given = {name: Quantity(array) for name, array in raw.items()}
    x = given["x"]

    if options.get("op") == "interleave":
        want = interleave(x, options["L"], options["M"])
        yield compare("output", raw["y"], want)
        return
    if options.get("op") == "group-convolution":
        weight = given["weight"]
        groups = x.shape[1] // weight.shape[1]
        want = group_convolution(
            how, x, weight, given.get("bias"), groups, window
        )
        yield compare("output", raw["y"], want)
        return

    inputs = [a for name, a in raw.items() if name in INPUTS]
    whole = all(bool(np.all(a == np.round(a))) for a in inputs)
    wp, wd = given["primary_weight"], given["secondary_weight"]
    bp, bd = given.get("primary_bias"), given.get("secondary_bias")
    L = wd.shape[1]
    M = wp.shape[0] // L
    assert x.shape[1] == L * wp.shape[1] and wd.shape[0] == M * L

    if options.get("composed"):
        W = composite(how, wp, wd)
        want = group_convolution(how, x, W, None, 1, window)
        yield compare("output", raw["y"], want)
        return

    # The whole block from x, for y and for the gradients.
    primary = group_convolution(how, x, wp, bp, L, window)
    interleaved = interleave(primary, L, M)
    secondary = group_convolution(how, interleaved, wd, bd, M, UNIT)
    y = deinterleave(secondary, L, M)

    # Each recorded stage from the recorded one before it.
    staged = "secondary" in raw
    if staged:
        yield compare("primary", raw["primary"], primary, whole)
        recorded = interleave(given["primary"], L, M)
        yield compare("interleave", raw["interleaved"], recorded)
        recorded = group_convolution(
            how, given["interleaved"], wd, bd, M, UNIT
        )
        yield compare("secondary", raw["secondary"], recorded, whole)
        recorded = deinterleave(given["secondary"], L, M)
        yield compare("deinterleave", raw["y"], recorded)
    # From x to y at once: after the stages a second opinion.
    yield compare("output", raw["y"], y, whole)

    if "grad_y" not in raw:
        return
    d_secondary = interleave(given["grad_y"], L, M)
    d_interleaved = input_gradient(
        how, d_secondary, wd, interleaved.shape, M, UNIT
    )
    d_primary = deinterleave(d_interleaved, L, M)
    gradients: dict[str, Callable[[], Quantity]] = {
        "grad_x": lambda: input_gradient(
            how, d_primary, wp, x.shape, L, window
        ),
        "grad_primary_weight": lambda: weight_gradient(
            how, d_primary, x, wp.shape, L, window
        ),
        "grad_primary_bias": lambda: bias_gradient(how, d_primary),
        "grad_secondary_weight": lambda: weight_gradient(
            how, d_secondary, interleaved, wd.shape, M, UNIT
        ),
        "grad_secondary_bias": lambda: bias_gradient(how, d_secondary),
        "grad_secondary": lambda: d_secondary,
        "grad_interleaved": lambda: d_interleaved,
        "grad_primary": lambda: d_primary,
    }
    for name, gradient in gradients.items():
        if name in raw:
            yield compare(name, raw[name], gradient(), whole)
        else:
            input_name = name.replace("grad_", "")
            assert input_name not in INPUTS & set(raw), f"no {name}"


def agrees(stages: list[Stage], expect: dict[str, str]) -> bool:
    """Whether the first wrong stage is the expected one, with its verdict."""
    wrong = [stage for stage in stages if stage.verdict != "PASS"]
    if expect["verdict"] == "PASS":
        return not wrong
    return (
        bool(wrong)
        and wrong[0].name == expect["stage"]
        and wrong[0].verdict == expect["verdict"]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Judge the recordings from the equations alone."
    )
    parser.add_argument("names", nargs="*", help="default: all")
    parser.add_argument("--dir", type=Path, default=HERE)
    parser.add_argument("-v", "--verbose", action="store_true")
    args = parser.parse_args()
    manifest = json.loads((args.dir / "manifest.json").read_text("utf-8"))
    broken = 0
    for entry in manifest["recordings"]:
        file = entry["file"]
        if args.names and file.rsplit(".", 1)[0] not in args.names:
            continue
        arrays, precision = read(args.dir / file)
        stages = list(judge(arrays, precision, entry["options"]))
        ok = agrees(stages, entry["expect"])
        broken += not ok
        wrong = [stage for stage in stages if stage.verdict != "PASS"]
        shown = wrong[:1] or [max(stages, key=lambda stage: stage.ratio)]
        found = wrong[0].verdict if wrong else "PASS"
        print(
            f"{'ok ' if ok else 'BAD'} {file:38} {found:7} "
            f"{len(stages):2} checks; "
            f"{'first wrong' if wrong else 'worst'}: "
            f"{shown[0].name}, {shown[0].note}"
        )
        if args.verbose or not ok:
            for stage in stages:
                print(f"      {stage.verdict:7} {stage.name}: {stage.note}")
    print(f"{broken} recordings aren't what they claim to be")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
