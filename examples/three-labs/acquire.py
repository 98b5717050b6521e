# SPDX-License-Identifier: Apache-2.0
"""Lab A measures: 1,797 images of digits, written to a file that the other labs are given."""

import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

import dlprov_rdf as dlprov

SOURCE = "https://doi.org/10.24432/C50P49"

kb, shared = Path(sys.argv[1]), Path(sys.argv[2])

with dlprov.start_run("measure digits", kb=kb) as run:
    with run.step("scan", kind="acquire") as step:
        digits = load_digits()
        raw = step.generated(digits.images, name="scans", source=SOURCE)
        labels = step.generated(digits.target, name="labels", source=SOURCE)
    with run.step("scale", kind="preprocess", used=raw, parameters={"divisor": 16}) as step:
        images = step.generated((digits.images / 16).astype("float32"), name="images")
    with run.step("write", kind="deploy", used=[images, labels]) as step:
        np.save(shared / "images.npy", images.value)
        np.save(shared / "labels.npy", labels.value)
        step.file(shared / "images.npy", of=images)
        step.file(shared / "labels.npy", of=labels)
