# SPDX-License-Identifier: Apache-2.0
"""Capture: what watches a workflow and writes it down; it carries no RDF."""
