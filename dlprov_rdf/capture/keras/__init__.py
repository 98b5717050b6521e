# SPDX-License-Identifier: Apache-2.0
"""Keras 3, watched: every fit, evaluate, predict, save and load, with no change to the script."""
