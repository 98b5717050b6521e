# SPDX-License-Identifier: Apache-2.0
"""The demonstration: a real workflow on real data, from the images to an answered question."""

#: The stages that the workflow names on its standard output, in their order.
STAGES = (
    "acquire", "scale", "split", "train mlp", "train cnn", "train cnn-dropout",
    "train cnn-stopped", "train cnn-diverged", "evaluate", "select", "deploy", "predict",
)  # fmt: skip
