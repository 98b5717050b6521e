# SPDX-License-Identifier: Apache-2.0
"""Lab C uses the model of lab B on images of its own, drawn at random here."""

import sys
from pathlib import Path

import keras
import numpy as np

import dlprov_rdf as dlprov

kb, shared = Path(sys.argv[1]), Path(sys.argv[2])

with dlprov.start_run("read postcodes", kb=kb):
    dlprov.autolog()
    model = keras.models.load_model(shared / "digits.keras")
    postcodes = np.random.default_rng(5).random((20, 8, 8)).astype("float32")
    model.predict(postcodes, verbose=0)
