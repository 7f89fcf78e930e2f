# SPDX-License-Identifier: Apache-2.0
# The images and labels that the Python of docs/own.md saves, without TensorFlow: mnist.py FOLDER, which has MNIST's test files.
import lzma
import sys


def values(name, head):
    with lzma.open(f"{sys.argv[1]}/{name}.xz") as file:
        return file.read()[head:]


def save(path, shape, data):
    head = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}"
    head += " " * (117 - len(head)) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\1\0" + len(head).to_bytes(2, "little") + head.encode() + data)


save("images.npy", "(1000, 28, 28)", values("t10k-images-idx3-ubyte", 16)[: 1000 * 784])
save("labels.npy", "(1000,)", values("t10k-labels-idx1-ubyte", 8)[:1000])
