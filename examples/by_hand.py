# SPDX-License-Identifier: Apache-2.0
"""A training without any framework, recorded by hand: a straight line through noisy points."""

import numpy as np

import dlprov_rdf as dlprov

rng = np.random.default_rng(7)


@dlprov.step(kind="preprocess")
def centred(points: np.ndarray) -> np.ndarray:
    """Move the points so that their mean is zero."""
    return points - points.mean(axis=0)


with dlprov.start_run("a line", study="straight lines") as run:
    with run.step("measure", kind="acquire") as step:
        x = rng.normal(size=200)
        measured = np.column_stack([x, 3 * x + rng.normal(scale=0.1, size=200)])
        step.generated(measured, name="points", source="made up, seed 7")
    run.seed(7, by="numpy.random.default_rng")
    points = centred(measured)

    slope, rate = 0.0, 0.2
    with run.training(
        "line", used={"training": points}, parameters={"learning_rate": rate}
    ) as training:
        for number in range(20):
            with training.epoch(number):
                error = slope * points[:, 0] - points[:, 1]
                slope -= rate * 2 * float((error * points[:, 0]).mean())
                training.log_metric("loss", (error**2).mean())
            if number == 9:
                rate /= 2
                training.change("learning_rate", rate, by="halved after ten epochs")
        model = training.log_model("line", weights=np.array([slope]))

    with run.step("predict", kind="predict", used=[model, np.array([1.0, 2.0])]) as step:
        step.generated(slope * np.array([1.0, 2.0]), name="predictions")

print(f"slope {slope:.2f}")
