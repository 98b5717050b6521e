# SPDX-License-Identifier: Apache-2.0
"""The demonstration's workflow: 1,797 handwritten digits, five candidates, one in use.

Run as a program of its own (``python -m dlprov_rdf.demo.digits train KB``): what trains and
what predicts are two processes, as they are in life. Each line it prints names a stage.

Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
Learning Repository, 1998, https://doi.org/10.24432/C50P49; as scikit-learn ships it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from dlprov_rdf.capture.autolog import autolog
from dlprov_rdf.capture.run import Run
from dlprov_rdf.capture.start import start_run

SOURCE = "https://doi.org/10.24432/C50P49"
SEED = 20_240

#: Images that the deployed model is used on.
NEW = 300

Arrays = dict[str, Any]


def stage(name: str) -> None:
    """Say which stage begins."""
    sys.stdout.write(f"{name}\n")
    sys.stdout.flush()


def images_of(run: Run) -> tuple[Any, Any]:
    """Acquire the images, 1,797 of 8 by 8 with values from 0 to 16, and their labels."""
    with run.step("load digits", kind="acquire") as step:
        digits = load_digits()
        images = step.generated(digits.images, name="digit images", source=SOURCE)
        labels = step.generated(digits.target, name="digit labels", source=SOURCE)
    return images, labels


def scaled(run: Run, images: Any) -> Any:
    """Scale to 0 … 1 and add the channel that a convolution wants."""
    with run.step("scale", kind="preprocess", used=images, parameters={"divisor": 16}) as step:
        ready = (images.value / 16.0).astype("float32")[..., None]
        return step.generated(ready, name="scaled images", rowwise=True)


def divided(run: Run, images: Any, labels: Any) -> Arrays:
    """Split into 60 % training, 20 % validation and 20 % test data, each class alike."""
    how = {"stratified": True, "validation": 0.2, "test": 0.2, "random_state": SEED}
    with run.step("split", kind="split", used=[images, labels], parameters=how) as step:
        x, x_test, y, y_test = train_test_split(
            images.value, labels.value, test_size=0.2, stratify=labels.value, random_state=SEED
        )
        x_train, x_val, y_train, y_val = train_test_split(
            x, y, test_size=0.25, stratify=y, random_state=SEED
        )
        parts = {
            "training": (x_train, y_train), "validation": (x_val, y_val), "test": (x_test, y_test),
        }  # fmt: skip
        for role, (x, y) in parts.items():
            step.generated(x, name=f"{role} images", derived_from=images)
            step.generated(y, name=f"{role} labels", derived_from=labels)
    return parts


def mlp() -> keras.Model:
    """Two dense layers."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Flatten(),
            layers.Dense(48, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        name="mlp",
    )


def cnn(name: str, dropout: float = 0.0) -> keras.Model:
    """Build two convolutions, with dropout before the last layer if asked."""
    layers = keras.layers
    stack = [
        keras.Input((8, 8, 1)),
        layers.Conv2D(12, 3, activation="relu"),
        layers.Conv2D(24, 3, activation="relu"),
        layers.Flatten(),
        *([layers.Dropout(dropout)] if dropout else []),
        layers.Dense(10, activation="softmax"),
    ]
    return keras.Sequential(stack, name=name)


def candidates() -> list[tuple[keras.Model, Any, int, list[Any]]]:
    """List each candidate with its optimizer, its epochs and what watches over it."""
    adam, callbacks = keras.optimizers.Adam, keras.callbacks
    halve = callbacks.LearningRateScheduler(lambda epoch, rate: rate * (0.5 if epoch == 4 else 1))
    plateau = callbacks.ReduceLROnPlateau(
        monitor="val_loss", factor=0.5, patience=1, min_delta=0.02
    )
    stop = callbacks.EarlyStopping(monitor="val_loss", patience=2, restore_best_weights=True)
    huge = keras.optimizers.SGD(learning_rate=1e20)
    return [
        (mlp(), adam(learning_rate=0.01), 8, []),
        (cnn("cnn"), adam(learning_rate=0.005), 8, [halve]),
        (cnn("cnn-dropout", dropout=0.4), adam(learning_rate=0.01), 12, [plateau]),
        (cnn("cnn-stopped"), adam(learning_rate=0.02), 20, [stop]),
        (cnn("cnn-diverged"), huge, 5, [callbacks.TerminateOnNaN()]),
    ]


def trained(parts: Arrays) -> list[keras.Model]:
    """Train every candidate; one diverges, and the others go on."""
    x, y = parts["training"]
    models = []
    for model, optimizer, epochs, callbacks in candidates():
        stage(f"train {model.name}")
        model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(
            x, y, epochs=epochs, batch_size=64, callbacks=callbacks, verbose=0,
            validation_data=parts["validation"],
        )  # fmt: skip
        models.append(model)
    return models


def chosen(run: Run, models: list[keras.Model], parts: Arrays) -> keras.Model:
    """Select the candidate that is best on the validation data, and test it."""
    stage("evaluate")
    x, y = parts["validation"]
    accuracy = [model.evaluate(x, y, verbose=0, return_dict=True)["accuracy"] for model in models]
    stage("select")
    best = models[int(np.argmax(accuracy))]
    run.select(best, among=models, criterion="highest validation accuracy", on=x, values=accuracy)
    best.evaluate(*parts["test"], verbose=0)
    return best


def train(kb: Path) -> None:
    """From the images to a deployed model: the first run."""
    keras.utils.set_random_seed(SEED)
    with start_run("digits: train", kb=kb, study="handwritten digits") as run:
        keras.utils.set_random_seed(SEED)
        autolog()
        stage("acquire")
        images, labels = images_of(run)
        stage("scale")
        ready = scaled(run, images)
        stage("split")
        parts = divided(run, ready, labels)
        best = chosen(run, trained(parts), parts)
        stage("deploy")
        with run.step("deploy", kind="deploy", used=best):
            best.save(kb / "deployed.keras")


def predict(kb: Path) -> None:
    """Load the deployed model in another process and use it: the second run."""
    with start_run("digits: predict", kb=kb, study="handwritten digits") as run:
        autolog()
        stage("predict")
        model = keras.models.load_model(kb / "deployed.keras")
        images, labels = images_of(run)
        ready = scaled(run, images)
        with run.step(
            "choose new images", kind="split", used=ready, parameters={"rows": NEW}
        ) as step:
            new = step.generated(ready.value[-NEW:], name="new images").value
        found = model.predict(new, verbose=0)
        with run.step("compare with labels", kind="check", used=[found, labels]) as step:
            wrong = found.argmax(axis=1) != labels.value[-NEW:]
            step.generated(found[wrong], name="wrong predictions", derived_from=found)


if __name__ == "__main__":
    {"train": train, "predict": predict}[sys.argv[1]](Path(sys.argv[2]))
