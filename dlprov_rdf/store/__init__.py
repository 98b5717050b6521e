# SPDX-License-Identifier: Apache-2.0
"""Stores: each holds one named graph a run, and answers SPARQL over all of them."""
