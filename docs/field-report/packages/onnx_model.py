#!/usr/bin/env python3
"""Runtimes that read ONNX, each given the model of the case: python3 onnx_model.py reference | opencv | onnxruntime

All that an adapter needs to know is how its runtime loads a file and runs it on x.
"""

import sys

from serve import arrays_of, serve


def reference(path):
    from onnx.reference import ReferenceEvaluator

    model = ReferenceEvaluator(path)
    return lambda x: model.run(["y"], {"x": x})[0]


def onnxruntime(path):
    from onnxruntime import InferenceSession

    model = InferenceSession(path, providers=["CPUExecutionProvider"])
    return lambda x: model.run(["y"], {"x": x})[0]


def opencv(path):
    import cv2

    cv2.setNumThreads(1)
    net = cv2.dnn.readNetFromONNX(path)

    def run(x):
        net.setInput(x, "x")
        return net.forward("y")

    return run


NAMES = {"reference": "onnx", "onnxruntime": "onnxruntime", "opencv": "cv2"}
runtime = sys.argv[1]
package = __import__(NAMES[runtime])
HELLO = {
    "name": {"reference": "onnx.reference", "opencv": "OpenCV dnn"}.get(runtime, runtime),
    "version": package.__version__,
    "precision": "float32",
    "operations": ["block", "group-convolution", "interleave"],
    "models": True,
    "bias": True,
    "outputs": True,
}


def answer(case):
    y = {"reference": reference, "onnxruntime": onnxruntime, "opencv": opencv}[runtime](case["model"])
    return {"y": y(arrays_of(case)["x"])}


serve(HELLO, answer)
