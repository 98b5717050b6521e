# SPDX-License-Identifier: Apache-2.0
"""Walks told: as lists, trees, rows and paths, with what the domain says of their nodes."""
