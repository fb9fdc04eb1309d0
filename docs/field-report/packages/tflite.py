#!/usr/bin/env python3
"""TensorFlow Lite: each case is converted and run. python3 tflite.py xnnpack | builtin | reference

xnnpack is what an interpreter takes by default, builtin the optimised kernels without it, reference the plain ones.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf

from serve import Unsupported, arrays_of, composed, serve

kind = sys.argv[1]
resolvers = tf.lite.experimental.OpResolverType
RESOLVER = {
    "xnnpack": resolvers.AUTO,
    "builtin": resolvers.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    "reference": resolvers.BUILTIN_REF,
}[kind]
HELLO = {
    "name": f"TensorFlow Lite, {kind}",
    "version": tf.__version__,
    "precision": "float32",
    "operations": ["block", "group-convolution", "interleave"],
    "bias": True,
    "outputs": True,
}


def convolution(x, weight, bias, stride, dilation, padding):
    """The converter knows grouped convolutions, and depthwise ones by another name; padding is a layer of its own."""
    top, bottom, left, right = padding
    x = tf.pad(tf.transpose(x, [0, 2, 3, 1]), [[0, 0], [top, bottom], [left, right], [0, 0]])
    C, (O, I, kh, kw) = x.shape[3], weight.shape
    if I == 1 and C > 1 and stride[0] == stride[1] and not (max(stride) > 1 and max(dilation) > 1):
        kernel = weight.reshape(C, O // C, kh, kw).transpose(2, 3, 0, 1)
        y = tf.nn.depthwise_conv2d(x, kernel, [1, *stride, 1], "VALID", "NHWC", dilation)
    else:
        y = tf.nn.conv2d(x, weight.transpose(2, 3, 1, 0), stride, "VALID", "NHWC", dilation)
    return tf.transpose(y if bias is None else tf.nn.bias_add(y, bias), [0, 3, 1, 2])


def interleave(x, L, M):
    N, C, H, W = x.shape
    return tf.reshape(tf.transpose(tf.reshape(x, [N, L, M, H, W]), [0, 2, 1, 3, 4]), [N, C, H, W])


def answer(case):
    a = arrays_of(case)
    x = a.pop("x")
    graph = tf.function(lambda x: composed(case, {"x": x, **a}, convolution, interleave))
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [graph.get_concrete_function(tf.TensorSpec(x.shape, tf.float32))], graph
    )
    try:
        model = converter.convert()
    except Exception as error:
        raise Unsupported("the converter refuses: " + str(error).split("\n")[0][:80]) from error
    runner = tf.lite.Interpreter(model_content=model, experimental_op_resolver_type=RESOLVER, num_threads=1)
    runner.allocate_tensors()
    runner.set_tensor(runner.get_input_details()[0]["index"], x)
    runner.invoke()
    return {"y": runner.get_tensor(runner.get_output_details()[0]["index"])}


serve(HELLO, answer)
