# SPDX-License-Identifier: Apache-2.0
"""What importable names say: whether every lab means the same by them, and which way is better."""

from __future__ import annotations

import re
from itertools import pairwise

#: Libraries whose names mean the same everywhere, by their top-level package.
LIBRARIES = frozenset({
    "catboost", "diffusers", "evaluate", "fastai", "flax", "haiku", "ignite", "jax", "jaxopt",
    "keras", "keras_cv", "keras_hub", "keras_nlp", "keras_tuner", "lightgbm", "lightning",
    "numpy", "optax", "pytorch_lightning", "scipy", "sklearn", "statsmodels", "tensorflow",
    "tensorflow_addons", "timm", "torch", "torch_geometric", "torchaudio", "torchmetrics",
    "torchvision", "transformers", "xgboost",
})  # fmt: skip

#: General names of hyperparameters that some library spells otherwise.
_GENERAL = {"lr": "learning_rate"}

_IMPORTABLE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+", re.ASCII)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_LOWER = frozenset({
    "crossentropy", "divergence", "error", "hinge", "loss", "losses",
    "mae", "mape", "mse", "msle", "perplexity", "poisson", "rmse",
})  # fmt: skip
_HIGHER = frozenset({
    "acc", "accuracy", "auc", "auroc", "bleu", "dice", "f1", "iou", "precision", "psnr",
    "r2", "recall", "rouge", "sensitivity", "specificity", "ssim",
})  # fmt: skip


def is_published(name: str) -> bool:
    """Tell whether a name is an importable one of a published library."""
    return bool(_IMPORTABLE.fullmatch(name)) and name.partition(".")[0] in LIBRARIES


def general_name(hyperparameter: str) -> str | None:
    """Give the name that all implementations' hyperparameters of this name have in common."""
    if not _IDENTIFIER.fullmatch(hyperparameter):
        return None
    return _GENERAL.get(hyperparameter, hyperparameter)


def last_part(name: str) -> str:
    """Give the class's or function's own name: Adam of keras.optimizers.Adam."""
    return name.rpartition(".")[2] or name


def customary_direction(name: str) -> str | None:
    """Tell by custom whether higher or lower is better; None where no custom is known.

    The last word that says something decides: the error of an accuracy is an error.
    """
    words = [word.lower() for word in _WORD.findall(name)]
    joined = [first + second for first, second in pairwise(words)]
    for word in [*words[::-1], *joined[::-1]]:
        if word in _LOWER:
            return "lower"
        if word in _HIGHER:
            return "higher"
    return None
