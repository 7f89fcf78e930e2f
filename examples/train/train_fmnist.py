# SPDX-License-Identifier: Apache-2.0
"""Train an example network on Fashion-MNIST and quantize it to int8.

Run by hand, never at build time; see README.md beside this file.

    train_fmnist.py [--network NAME] [--data DIR] [--epochs N] [--seed S] [--out DIR]

Writes into --out (default: the folder above this one) NAME.tflite,
NAME_logits_tflite.npy, and fmnist_images.npy and fmnist_labels.npy, which are
the same for every network. NAME is fmnist (default) or fmnist_se.
"""

import argparse
import gzip
import math
import os

HERE = os.path.dirname(os.path.abspath(__file__))

# One thread throughout: the order of the floating-point sums, and with it the
# result, must not depend on the number of cores.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import tensorflow as tf

DATA = "/usr/share/datasets/fashion-mnist"
BATCH = 64
PEAK_RATE = 4e-3
HELD_OUT = 5000        # the last training images, for watching, never the test set
CALIBRATION = 500      # training images that set the activation ranges
ALLOWED = {
    "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "ADD", "AVERAGE_POOL_2D",
    "MAX_POOL_2D", "MEAN", "PAD", "RESHAPE", "RELU", "SOFTMAX",
    "LOGISTIC", "MUL", "PACK", "SHAPE", "STRIDED_SLICE",
}


def read_idx(path, ndim):
    with gzip.open(path, "rb") as f:
        raw = f.read()
    if raw[:4] != bytes([0, 0, 8, ndim]):
        raise SystemExit("%s: not an IDX file of bytes in %d dimensions" % (path, ndim))
    dims = np.frombuffer(raw, ">u4", ndim, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * ndim).reshape(dims)


def load(folder, part):
    images = read_idx(os.path.join(folder, part + "-images-idx3-ubyte.gz"), 3)
    labels = read_idx(os.path.join(folder, part + "-labels-idx1-ubyte.gz"), 1)
    return (images[..., None] / np.float32(255)).astype(np.float32), labels


def conv(x, channels, stride=1, relu=True):
    k = tf.keras.layers
    x = k.Conv2D(channels, 3, stride, padding="same", use_bias=False)(x)
    x = k.BatchNormalization(momentum=0.95)(x)
    return k.ReLU()(x) if relu else x


def build():
    """28x28x1 -> 14x14x16 -> residual block -> 7x7x32 -> 32 -> 10."""
    k = tf.keras.layers
    image = tf.keras.Input((28, 28, 1))
    x = conv(image, 16, stride=2)
    block = conv(conv(x, 16), 16, relu=False)
    x = k.ReLU()(k.Add()([x, block]))
    x = conv(x, 32, stride=2)
    x = k.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    x = k.BatchNormalization(momentum=0.95)(x)
    x = k.ReLU()(x)
    x = k.GlobalAveragePooling2D()(x)
    return tf.keras.Model(image, k.Dense(10)(x))


def squeeze_and_excite(x, squeezed):
    """Every channel times a factor that all channels' means decide."""
    k = tf.keras.layers
    factors = k.GlobalAveragePooling2D(keepdims=True)(x)
    factors = k.Conv2D(squeezed, 1, activation="relu")(factors)
    factors = k.Conv2D(x.shape[-1], 1, activation="sigmoid")(factors)
    return k.Multiply()([x, factors])


def build_se():
    """28x28x1 -> 14x14x16 -> residual block -> 7x7x32 -> squeeze and excite -> 288 -> 10."""
    k = tf.keras.layers
    image = tf.keras.Input((28, 28, 1))
    x = conv(image, 16, stride=2)
    x = k.ReLU()(k.Add()([x, conv(x, 16, relu=False)]))
    x = k.MaxPooling2D(2)(x)
    x = squeeze_and_excite(conv(x, 32), 8)
    x = k.AveragePooling2D(2)(x)
    return tf.keras.Model(image, k.Dense(10)(k.Flatten()(x)))


# What builds it, epochs of training, batch size of the file: None leaves it open, as Keras does.
NETWORKS = {"fmnist": (build, 15, 1), "fmnist_se": (build_se, 6, None)}


def train(model, x, y, epochs, seed):
    steps = math.ceil(len(x[:-HELD_OUT]) / BATCH) * epochs
    rate = tf.keras.optimizers.schedules.CosineDecay(
        PEAK_RATE / 10, steps - steps // 10, alpha=0.0,
        warmup_target=PEAK_RATE, warmup_steps=steps // 10)
    model.compile(
        tf.keras.optimizers.Adam(rate),
        tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"])
    rng = np.random.default_rng(seed)
    fit_x, fit_y = x[:-HELD_OUT], y[:-HELD_OUT]
    held = (x[-HELD_OUT:], y[-HELD_OUT:])
    for epoch in range(epochs):
        # A fresh order, and half of the images mirrored, in every epoch.
        order = rng.permutation(len(fit_x))
        flip = rng.random(len(fit_x)) < 0.5
        batch_x = np.where(flip[:, None, None, None], fit_x[:, :, ::-1], fit_x)[order]
        model.fit(batch_x, fit_y[order], batch_size=BATCH, shuffle=False, verbose=2,
                  initial_epoch=epoch, epochs=epoch + 1,
                  validation_data=held, validation_batch_size=500)


def quantize(model, x, seed, batch):
    """Full-integer conversion with int8 input and output."""
    image = tf.keras.Input((28, 28, 1), batch_size=batch)
    whole = tf.keras.Model(image, tf.keras.layers.Softmax()(model(image)))
    pick = np.random.default_rng(seed).choice(len(x), CALIBRATION, replace=False)

    def calibration():
        for i in pick:
            yield [x[i:i + 1]]

    conv = tf.lite.TFLiteConverter.from_keras_model(whole)
    conv.optimizations = [tf.lite.Optimize.DEFAULT]
    conv.representative_dataset = calibration
    conv.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    conv.inference_input_type = tf.int8
    conv.inference_output_type = tf.int8
    return conv.convert()


def interpreter(content, keep=False):
    it = tf.lite.Interpreter(
        model_content=content, experimental_preserve_all_tensors=keep, num_threads=1,
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF)
    it.allocate_tensors()
    return it


def list_operators(content):
    """Print the operators; refuse any that xbgen does not read."""
    it = interpreter(content)
    ops = it._get_ops_details()
    shape = {t["index"]: "x".join(map(str, t["shape"])) or "scalar"
             for t in it.get_tensor_details()}
    for op in ops:
        print("  %-18s %s -> %s" % (
            op["op_name"], ", ".join(shape.get(i, "-") for i in op["inputs"]),
            ", ".join(shape[i] for i in op["outputs"])))
    bad = {op["op_name"] for op in ops} - ALLOWED
    if bad or ops[-1]["op_name"] != "SOFTMAX":
        raise SystemExit("operators not allowed, or softmax not last: %s" % sorted(bad))
    return ops[-1]["inputs"][0]


def run_int8(it, codes, tensor):
    inp = it.get_input_details()[0]["index"]
    out = []
    for code in codes:
        it.set_tensor(inp, code[None])
        it.invoke()
        out.append(it.get_tensor(tensor)[0].copy())
    return np.stack(out)


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--network", choices=NETWORKS, default="fmnist")
    ap.add_argument("--data", default=DATA, metavar="DIR")
    ap.add_argument("--epochs", type=int)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--out", default=os.path.dirname(HERE), metavar="DIR")
    args = ap.parse_args()
    build_it, epochs, batch = NETWORKS[args.network]

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.keras.utils.set_random_seed(args.seed)
    tf.config.experimental.enable_op_determinism()

    x, y = load(args.data, "train")
    test_x, test_y = load(args.data, "t10k")
    model = build_it()
    model.summary()
    train(model, x, y, args.epochs or epochs, args.seed)
    logits = model.predict(test_x, batch_size=500, verbose=0)
    print("float32: %.2f %% of %d test images"
          % (100 * np.mean(logits.argmax(1) == test_y), len(test_y)))

    content = quantize(model, x[:-HELD_OUT], args.seed, batch)
    logits_tensor = list_operators(content)
    it = interpreter(content, keep=True)
    scale, zero = it.get_input_details()[0]["quantization"]
    codes = np.clip(np.rint(test_x.astype(np.float64) / scale) + zero, -128, 127).astype(np.int8)
    raw = run_int8(it, codes, logits_tensor)
    assert raw.dtype == np.int8
    print("int8:    %.2f %% of %d test images, %d of the first 100"
          % (100 * np.mean(raw.argmax(1) == test_y), len(test_y),
             np.sum(raw[:100].argmax(1) == test_y[:100])))
    print("input: scale %r, zero point %d; file: %d bytes" % (float(scale), zero, len(content)))

    # The examples share their images.
    assert (scale, zero) == (np.float32(1 / 255), -128)
    with open(os.path.join(args.out, args.network + ".tflite"), "wb") as f:
        f.write(content)
    np.save(os.path.join(args.out, args.network + "_logits_tflite.npy"), raw[:100])
    np.save(os.path.join(args.out, "fmnist_images.npy"), codes[:100])
    np.save(os.path.join(args.out, "fmnist_labels.npy"), test_y[:100])


if __name__ == "__main__":
    main()
