# SPDX-License-Identifier: Apache-2.0
"""A Keras script that knows nothing of us: dlprov run examples/train.py."""

import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(42)
digits = load_digits()
images, labels = digits.images / 16.0, digits.target

model = keras.Sequential(
    [
        keras.Input((8, 8)),
        keras.layers.Flatten(),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(10, activation="softmax"),
    ],
    name="small",
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images[:1400], labels[:1400], epochs=4, validation_split=0.2, verbose=2)
loss, accuracy = model.evaluate(images[1400:], labels[1400:], verbose=0)
model.save("small.keras")
print(f"accuracy on the rest: {accuracy:.3f}")
