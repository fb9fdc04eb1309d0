#!/usr/bin/env python3
"""TensorFlow's own kernels on the CPU, eagerly, with their gradients: python3 tensorflow_nn.py conv2d | depthwise

depthwise is tf.nn.depthwise_conv2d; groups of more channels than one are sums of its outputs.
TF_ENABLE_ONEDNN_OPTS=0 in the environment takes Eigen's kernels where oneDNN's are the default.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf

from serve import Unsupported, arrays_of, composed, serve

kind = sys.argv[1]
tf.config.threading.set_intra_op_parallelism_threads(1)
HELLO = {
    "name": {"conv2d": "tf.nn.conv2d", "depthwise": "tf.nn.depthwise_conv2d"}[kind],
    "version": tf.__version__,
    "precision": "float32",
    "operations": ["block", "group-convolution", "interleave"],
    "bias": True,
    "gradients": True,
    "outputs": True,
}


def nhwc(x):
    return tf.transpose(x, [0, 2, 3, 1])


def nchw(x):
    return tf.transpose(x, [0, 3, 1, 2])


def sides(padding):
    top, bottom, left, right = padding
    return [[0, 0], [top, bottom], [left, right], [0, 0]]


def conv2d(x, weight, stride, dilation, padding):
    """Its kernels are HWIO; the groups follow from the shapes."""
    return tf.nn.conv2d(nhwc(x), tf.transpose(weight, [2, 3, 1, 0]), stride, sides(padding), "NHWC", dilation)


def depthwise(x, weight, stride, dilation, padding):
    """Its kernels are kh, kw, C and the outputs of each channel: those of a group are summed over its channels."""
    if stride[0] != stride[1]:
        raise Unsupported("it has no two different strides")
    if max(stride) > 1 and max(dilation) > 1:
        raise Unsupported("it has no strides beside dilations")
    C, (O, I, kh, kw) = x.shape[1], weight.shape
    groups = C // I
    share = O // groups
    kernel = tf.transpose(tf.reshape(weight, [groups, share, I, kh, kw]), [3, 4, 0, 2, 1])
    kernel = tf.reshape(kernel, [kh, kw, C, share])
    y = tf.nn.depthwise_conv2d(nhwc(x), kernel, [1, *stride, 1], sides(padding), "NHWC", dilation)
    N, H, W = y.shape[:3]
    return tf.reshape(tf.reduce_sum(tf.reshape(y, [N, H, W, groups, I, share]), 4), [N, H, W, O])


def convolution(x, weight, bias, stride, dilation, padding):
    y = {"conv2d": conv2d, "depthwise": depthwise}[kind](x, weight, stride, dilation, padding)
    return nchw(y if bias is None else tf.nn.bias_add(y, bias))


def interleave(x, L, M):
    N, C, H, W = x.shape
    return tf.reshape(tf.transpose(tf.reshape(x, [N, L, M, H, W]), [0, 2, 1, 3, 4]), [N, C, H, W])


def answer(case):
    given = arrays_of(case)
    grad_y = given.pop("grad_y", None)
    a = {name: tf.constant(array) for name, array in given.items()}
    with tf.GradientTape() as tape:
        tape.watch(a)
        y = composed(case, a, convolution, interleave)
    if grad_y is None:
        return {"y": y.numpy()}
    try:
        gradients = tape.gradient(y, a, tf.constant(grad_y))
    except tf.errors.OpError as error:
        if "support" not in error.message:
            raise
        raise Unsupported(error.message.split("}} ")[-1].split(" [Op:")[0]) from error
    return {"y": y.numpy(), **{f"grad_{name}": g.numpy() for name, g in gradients.items()}}


serve(HELLO, answer)
