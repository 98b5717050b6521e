# SPDX-License-Identifier: Apache-2.0
"""Lab B trains a small network on the file that lab A measured, and gives the model away."""

import sys
from pathlib import Path

import keras
import numpy as np

import dlprov_rdf as dlprov

kb, shared = Path(sys.argv[1]), Path(sys.argv[2])
keras.utils.set_random_seed(11)

with dlprov.start_run("train on digits", kb=kb) as run:
    dlprov.autolog()
    with run.step("read", kind="acquire") as step:
        read = [step.loaded(shared / name) for name in ("images.npy", "labels.npy")]
        arrays = [np.load(shared / name) for name in ("images.npy", "labels.npy")]
        for array, file, name in zip(arrays, read, ("images", "labels"), strict=True):
            step.generated(array, name=name, derived_from=file)
    images, labels = arrays
    model = keras.Sequential(
        [
            keras.Input((8, 8)),
            keras.layers.Flatten(),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ],
        name="digits",
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(images, labels, epochs=5, validation_split=0.2, verbose=0)
    model.save(shared / "digits.keras")
